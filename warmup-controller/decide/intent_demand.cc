#include "warmup-controller/decide/intent_demand.h"

#include <algorithm>
#include <cmath>

namespace prewarm {

int InstancesForIntents(int visitors, const IntentStats& stats) {
  if (visitors <= 0) return 0;
  const double uploads = visitors * stats.conversion;
  const double at_once = uploads / std::max(stats.think_seconds, 1e-3) *
                         std::max(stats.service_seconds, 0.0);
  const double most = at_once + 2 * std::sqrt(at_once);
  // A million is above all limits, and far below those of an int.
  const double instances = std::min(1e6, most / std::max(1, stats.concurrency));
  return std::max(1, static_cast<int>(std::ceil(instances)));
}

}  // namespace prewarm
