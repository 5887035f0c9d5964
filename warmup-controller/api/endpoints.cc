#include "warmup-controller/api/endpoints.h"

#include "warmup-controller/api/target_relay.h"

namespace prewarm {
namespace {

// Somewhat more than any endpoint reads, so that it can say by how much it is
// too much.
constexpr std::size_t kBodyBytes = 4096;

}  // namespace

void AddEndpoints(const ApiContext* context, http::Router* inner,
                  http::Router* outer) {
  const auto relay = std::make_shared<TargetRelay>(
      context->board, context->pace, context->most_watchers);
  AddMetrics(context, inner);
  AddPolicies(context, inner);
  AddReconcile(context, inner);
  for (const auto& [listener, router] : {std::pair(Listener::kInner, inner),
                                         std::pair(Listener::kOuter, outer)}) {
    AddHealth(context, router);
    AddWarmup(context, relay, listener, router);
    AddIntent(context, router);
    AddDescription(context, listener, router);
  }
}

http::ServerOptions ApiServerOptions(Listener listener) {
  http::ServerOptions options;
  options.admin = listener == Listener::kInner;
  options.limits.body_bytes = kBodyBytes;
  options.limits.body_timeout = std::chrono::seconds(10);
  // Those who wait ask again and again, as heartbeats come again and again.
  options.routine_paths = {"/healthz",         "/readyz",
                           "/metrics",         "/api/v1/targets/",
                           "/api/v1/policies", "/api/v1/policies/",
                           "/api/v1/summary"};
  return options;
}

}  // namespace prewarm
