#include "warmup-controller/kube/rate_gate.h"

#include <algorithm>

namespace prewarm::kube {

RateGate::RateGate(RateLimits limits, StopSignal* stop)
    : stop_(stop), budget_(limits) {
  listener_ = stop->OnStop([this] {
    const std::lock_guard<std::mutex> lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
  });
}

RateGate::~RateGate() { stop_->Forget(listener_); }

Status RateGate::Enter(CallClass priority, std::chrono::milliseconds patience) {
  std::unique_lock<std::mutex> lock(mutex_);
  const SteadyTime give_up = Clock::System().Now() + patience;
  const RateBudget::Ticket ticket = budget_.Ask(priority);
  while (true) {
    const SteadyTime now = Clock::System().Now();
    // Also where there is room: who has lost the lease writes no more.
    if (stopped_) break;
    const auto granted = budget_.Grant(now);
    granted_.insert(granted.begin(), granted.end());
    if (!granted.empty()) changed_.notify_all();
    if (granted_.erase(ticket) > 0) return Ok{};
    if (now >= give_up) break;
    const SteadyTime next = budget_.NextGrant(now).value_or(give_up);
    changed_.wait_until(lock, std::min(next, give_up));
  }
  budget_.Withdraw(ticket);
  granted_.erase(ticket);
  if (stopped_) return MakeError(ErrorCode::kCancelled, "the program stops");
  return MakeError(
      ErrorCode::kResourceExhausted,
      "the rate of calls to the API server leaves no room within " +
          std::to_string(patience.count()) + " ms");
}

void RateGate::Pause(CallClass priority, std::chrono::seconds time) {
  const std::lock_guard<std::mutex> lock(mutex_);
  budget_.Pause(priority, Clock::System().Now(), time);
}

}  // namespace prewarm::kube
