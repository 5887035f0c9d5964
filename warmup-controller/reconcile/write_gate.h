// The rate at which targets may be written to. Pure.
#pragma once

#include <algorithm>
#include <chrono>
#include <limits>
#include <optional>

#include "common/base/clock.h"

namespace prewarm {

struct WriteRate {
  double per_second = std::numeric_limits<double>::infinity();  // above 0
  double burst = 1;
};

// A token bucket (RFC 2697's colour-blind meter), full at first.
class WriteGate {
 public:
  explicit WriteGate(WriteRate rate) : rate_(rate), tokens_(rate.burst) {}

  const WriteRate& rate() const { return rate_; }
  bool unlimited() const {
    return rate_.per_second == std::numeric_limits<double>::infinity();
  }
  bool Take(SteadyTime now) {
    if (unlimited()) return true;
    if (at_ && now > *at_) {
      const double seconds = std::chrono::duration<double>(now - *at_).count();
      tokens_ = std::min(rate_.burst, tokens_ + seconds * rate_.per_second);
    }
    at_ = now;
    if (tokens_ < 1) return false;
    tokens_ -= 1;
    return true;
  }
  // When to Take again after it has failed: not for each single token, but
  // before the bucket is full, so that none is lost.
  SteadyTime Next(SteadyTime now) const {
    constexpr double kSeldom = 0.05;
    const double one = (1 - tokens_) / rate_.per_second;
    const double full = (rate_.burst - tokens_) / rate_.per_second;
    return now + std::chrono::ceil<SteadyTime::duration>(
                     std::chrono::duration<double>(
                         std::max(one, std::min(kSeldom, full))));
  }

 private:
  WriteRate rate_;
  double tokens_;
  std::optional<SteadyTime> at_;
};

}  // namespace prewarm
