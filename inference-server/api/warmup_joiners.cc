#include "inference-server/api/warmup_joiners.h"

#include <algorithm>
#include <utility>

#include "inference-server/api/status_json.h"

namespace prewarm {

bool Settled(const WarmStatus& status) {
  return status.state == WarmState::kReady ||
         status.state == WarmState::kFailed ||
         status.state == WarmState::kDraining;
}

http::Response WarmUpReport(const ApiContext& context, const WarmStatus& status,
                            bool already_warm) {
  http::Response response;
  response.headers = {{"Cache-Control", "no-store"}};
  response.body = WarmUpReportJson(context, status, already_warm);
  return response;
}

void WarmupJoiners::Change(const WarmStatus& status) {
  if (!Settled(status) || joiners_.empty()) return;
  const bool ready = status.state == WarmState::kReady;
  const http::Response report =
      ready ? WarmUpReport(*context_, status, /*already_warm=*/false)
            : http::Response{};
  for (auto it = joiners_.begin(); it != joiners_.end();) {
    const Joiner& joiner = it->second;
    if (status.version <= joiner.after) {
      ++it;
      continue;
    }
    joiner.responder->Send(
        ready ? report : http::Problem(WhyNotWarm(status), joiner.request_id));
    it = joiners_.erase(it);
  }
}

void WarmupJoiners::Expire(SteadyTime now) {
  for (auto it = joiners_.begin(); it != joiners_.end();) {
    const Joiner& joiner = it->second;
    if (joiner.deadline > now) {
      ++it;
      continue;
    }
    joiner.responder->Send(http::Problem(
        MakeError(ErrorCode::kDeadlineExceeded,
                  "the warm-up takes longer than timeout; it goes on, ask "
                  "GET /warmup",
                  "timeout"),
        joiner.request_id));
    it = joiners_.erase(it);
  }
}

SteadyTime WarmupJoiners::due() const {
  SteadyTime first = SteadyTime::max();
  for (const auto& [id, joiner] : joiners_) {
    first = std::min(first, joiner.deadline);
  }
  return first;
}

}  // namespace prewarm
