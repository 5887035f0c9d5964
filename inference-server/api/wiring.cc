#include "inference-server/api/wiring.h"

#include <tuple>

#include "inference-server/api/discreet.h"

namespace prewarm {
namespace {

// Reads the state anew instead of trusting the change that led here: workers
// may run such tasks in another order than they were posted in, and the last
// to run has to leave the gate as the warm-up is by then.
void SettleQueue(ApiContext* context) {
  const std::lock_guard lock(context->gate);
  const WarmStatus status = context->warm_up->status();
  context->queue->SetOpen(status.proven);
  const bool over = status.state == WarmState::kFailed ||
                    status.state == WarmState::kDraining;
  if (over && !status.proven && !status.running) {
    context->queue->AbandonAll(WhyNotWarm(Discreet(status)));
  }
}

}  // namespace

std::shared_ptr<http::Router> PublicRouter(ApiContext* context) {
  auto router = AdminRouter(context);
  AddProcess(context, router.get());
  AddPage(context, router.get());
  return router;
}

std::shared_ptr<http::Router> AdminRouter(ApiContext* context) {
  auto router = std::make_shared<http::Router>();
  AddWarmup(context, router.get());
  AddHealth(context, router.get());
  AddMetrics(context, router.get());
  AddResults(context, router.get());
  return router;
}

void FollowWarmUp(ApiContext* context) {
  context->warm_up->Observe(
      [context, before = WarmStatus{}](const WarmStatus& status) mutable {
        const auto gist = [](const WarmStatus& s) {
          return std::make_tuple(s.state, s.running, s.proven);
        };
        const bool ended = before.running && !status.running;
        const bool changed = gist(before) != gist(status);
        before = status;
        if (ended) context->metrics->ObserveWarmUp(status);
        // Not from here: observers may not call back, and starting jobs does.
        if (changed) context->pool->Post([context] { SettleQueue(context); });
      });
}

}  // namespace prewarm
