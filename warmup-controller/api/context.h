// What the endpoints share; owned by who wires them. Everything in it is
// thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/access/client_address.h"
#include "common/base/clock.h"
#include "common/base/result.h"
#include "common/http/http.h"
#include "warmup-controller/api/target_events.h"
#include "warmup-controller/http_client/http_client.h"
#include "warmup-controller/intent/intent_table.h"
#include "warmup-controller/report/metrics.h"
#include "warmup-controller/report/status.h"

namespace prewarm {

struct ApiContext {
  const StatusBoard* board = nullptr;
  const ControllerMetrics* metrics = nullptr;
  // Text of other metrics that follows theirs. Unset: there are none.
  std::function<std::string()> more_metrics;
  // IntentTable::Post; `target` of the post is "namespace/name". Unset: nobody
  // listens.
  std::function<Result<IntentGrant>(const IntentPost& post, SteadyTime now)>
      post_intent;
  // Of a token for `target`, "namespace/name"; "" where there is none in the
  // request. Unset: none is needed.
  std::function<Status(const std::string& target, std::string_view token,
                       std::int64_t now_unix)>
      check_intent_token;
  // The base URL of the controller that leads, "" where this one does. Unset:
  // it always does. `client` takes intents there.
  std::function<std::string()> leader;
  HttpClient* client = nullptr;
  // Of a controller that rests until it is asked: one pass, told as JSON, to
  // whom `check_caller` lets in by the Authorization header. Unset: the loop
  // goes round by itself.
  std::function<void(std::function<void(const Result<std::string>&)> done)>
      reconcile;
  std::function<void(const std::string& authorization,
                     std::function<void(const Result<std::string>&)> done)>
      check_caller;
  std::vector<Cidr> trusted_proxies;
  EventPace pace;
  std::size_t most_watchers = 2000;  // of both listeners
  const Clock* clock = &Clock::System();
};

// Operators' listener knows instances, the visitors' one does not.
enum class Listener { kInner, kOuter };

class TargetRelay;

// Each adds its routes. The context outlives the router.
void AddHealth(const ApiContext* context, http::Router* router);
void AddMetrics(const ApiContext* context, http::Router* router);
void AddPolicies(const ApiContext* context, http::Router* router);
void AddWarmup(const ApiContext* context,
               const std::shared_ptr<TargetRelay>& relay, Listener listener,
               http::Router* router);
void AddIntent(const ApiContext* context, http::Router* router);
// Nothing for a controller that does not rest.
void AddReconcile(const ApiContext* context, http::Router* router);
void AddDescription(const ApiContext* context, Listener listener,
                    http::Router* router);

}  // namespace prewarm
