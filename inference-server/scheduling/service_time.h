// How long a request takes here, measured: an exponentially weighted mean
// (RFC 6298's gain of 1/8) of finished requests. Thread-safe.
#pragma once

#include <mutex>
#include <optional>

namespace prewarm {

class ServiceTime {
 public:
  void Add(double millis);
  std::optional<double> mean_millis() const;

  // Seconds until a request behind `ahead` others would be served, rounded
  // up, 1 to 600; `assumed_millis` stands in before the first measurement.
  int RetryAfterSeconds(int ahead, double assumed_millis) const;

 private:
  mutable std::mutex mutex_;
  std::optional<double> mean_;
};

}  // namespace prewarm
