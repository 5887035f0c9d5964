// Threads that wait for their turn in a RateBudget.
#pragma once

#include <condition_variable>
#include <mutex>
#include <set>

#include "common/base/result.h"
#include "common/base/stop_signal.h"
#include "warmup-controller/kube/rate_budget.h"

namespace prewarm::kube {

// Thread-safe. Waits in the machine's time.
class RateGate {
 public:
  // `stop` outlives it.
  RateGate(RateLimits limits, StopSignal* stop);
  ~RateGate();
  RateGate(const RateGate&) = delete;
  RateGate& operator=(const RateGate&) = delete;

  // Blocks until the caller may go. kResourceExhausted: not within `patience`;
  // kCancelled by the stop signal.
  Status Enter(CallClass priority, std::chrono::milliseconds patience);
  void Pause(CallClass priority, std::chrono::seconds time);

 private:
  StopSignal* const stop_;
  StopSignal::Id listener_;
  std::mutex mutex_;
  std::condition_variable changed_;
  RateBudget budget_;
  std::set<RateBudget::Ticket> granted_;
  bool stopped_ = false;
};

}  // namespace prewarm::kube
