// What the endpoints share; owned by main. Everything in it is thread-safe.
#pragma once

#include <mutex>
#include <string>
#include <string_view>

#include "common/access/token_bucket.h"
#include "common/base/timer.h"
#include "common/base/worker_pool.h"
#include "common/http/http.h"
#include "inference-server/api/idempotency.h"
#include "inference-server/api/metrics.h"
#include "inference-server/api/page_files.h"
#include "inference-server/config/config.h"
#include "inference-server/imaging/decode.h"
#include "inference-server/results/shared_results.h"
#include "inference-server/scheduling/job_queue.h"
#include "inference-server/warmup/caretaker.h"
#include "inference-server/warmup/warm_up.h"

namespace prewarm {

struct ApiContext {
  ServerConfig config;
  PageFiles page;
  std::string instance_id;
  SteadyTime started{};
  DecodeLimits decode_limits;
  Timer* timer = nullptr;
  WorkerPool* pool = nullptr;       // decoding and encoding
  WorkerPool* inference = nullptr;  // one thread, the engine's
  WarmUp* warm_up = nullptr;
  Caretaker* caretaker = nullptr;  // none in tests that need none
  JobQueue* queue = nullptr;
  TokenBuckets* rates = nullptr;
  IdempotencyCache* idempotency = nullptr;
  SharedResults* results = nullptr;  // none where all are private
  Metrics* metrics = nullptr;
  std::mutex gate;  // held while the queue is opened or closed
};

// The visitor's address of a request, proxies taken into account.
std::string VisitorAddress(const ApiContext& context,
                           const http::Request& request);
// Of `Authorization: Bearer TOKEN`; "" where there is none. Lives as long as
// the request.
std::string_view BearerToken(const http::Request& request);
Status AuthorizeAdminRequest(const ApiContext& context,
                             const http::Request& request);

// Each adds its routes. The context outlives the router.
void AddProcess(ApiContext* context, http::Router* router);
void AddResults(ApiContext* context, http::Router* router);
void AddWarmup(ApiContext* context, http::Router* router);
void AddHealth(ApiContext* context, http::Router* router);
void AddMetrics(ApiContext* context, http::Router* router);
void AddPage(const ApiContext* context, http::Router* router);

}  // namespace prewarm
