#include "inference-server/scheduling/service_time.h"

#include <algorithm>
#include <cmath>

namespace prewarm {

void ServiceTime::Add(double millis) {
  const std::lock_guard lock(mutex_);
  mean_ = mean_ ? *mean_ + (millis - *mean_) / 8 : millis;
}

std::optional<double> ServiceTime::mean_millis() const {
  const std::lock_guard lock(mutex_);
  return mean_;
}

int ServiceTime::RetryAfterSeconds(int ahead, double assumed_millis) const {
  const double each = mean_millis().value_or(assumed_millis);
  const double seconds = std::ceil(each * std::max(1, ahead) / 1000);
  return static_cast<int>(std::clamp(seconds, 1.0, 600.0));
}

}  // namespace prewarm
