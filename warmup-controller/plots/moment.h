// The simulation's clock.
#pragma once

#include <chrono>
#include <cstdint>

#include "warmup-controller/calendar/civil.h"

namespace prewarm {

// Microseconds of Unix time.
using Moment = std::int64_t;

inline constexpr Moment kSecond = 1'000'000;
inline constexpr Moment kMinute = 60 * kSecond;
inline constexpr Moment kHour = 60 * kMinute;

inline Moment MomentOf(Instant at) {
  return at.time_since_epoch().count() * kSecond;
}
// The second in which it lies.
inline Instant InstantOf(Moment at) {
  return std::chrono::floor<std::chrono::seconds>(
      std::chrono::time_point<std::chrono::system_clock,
                              std::chrono::microseconds>(
          std::chrono::microseconds(at)));
}
// The second in which it lies, or the next one.
inline Instant InstantAfter(Moment at) { return InstantOf(at + kSecond - 1); }

}  // namespace prewarm
