// A clock that a test moves.
#pragma once

#include <atomic>

#include "common/base/clock.h"

namespace prewarm::kube {

class HandClock : public Clock {
 public:
  SteadyTime Now() const override {
    return SteadyTime(std::chrono::hours(1)) +
           std::chrono::milliseconds(passed_.load());
  }
  // 2026-01-01T00:00:00Z and what has passed.
  WallTime WallNow() const override {
    return WallTime(std::chrono::seconds(1767225600)) +
           std::chrono::milliseconds(passed_.load());
  }
  void Pass(std::chrono::milliseconds time) { passed_ += time.count(); }

 private:
  std::atomic<long> passed_{0};
};

}  // namespace prewarm::kube
