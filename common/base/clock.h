// The clock seam: code that decides takes `now`; code that waits takes a
// Clock, so that tests run on a clock they move by hand.
#pragma once

#include <chrono>

namespace prewarm {

using SteadyTime = std::chrono::steady_clock::time_point;
using WallTime = std::chrono::system_clock::time_point;

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual SteadyTime Now() const = 0;    // monotone, for durations
  virtual WallTime WallNow() const = 0;  // UTC, for logs and schedules

  // The machine's clock; never destroyed.
  static const Clock& System();
};

// Milliseconds between two steady times, as a double.
double MillisBetween(SteadyTime from, SteadyTime to);

}  // namespace prewarm
