// All that has to be decided about one policy at one moment.
#pragma once

#include <chrono>
#include <functional>

#include "warmup-controller/decide/forecast.h"
#include "warmup-controller/decide/instance_care.h"
#include "warmup-controller/decide/observed.h"

namespace prewarm {

struct Decision {
  FloorNow floor;
  InstanceCare care;
  int warm = 0;  // instances that are
  // False: suspended, or a dry run; `floor` only says what would be done.
  bool acts = true;
  Instant next;  // decide again by then, or when something has changed
};

// What is to be kept for the next decision: pass it back in Observed.
FloorWritten Written(const Decision& decision,
                     const std::optional<FloorWritten>& before, Instant now);

// A pure function of what it is given: two controllers, a restarted one, a plan
// and the simulator decide alike. O(instances log instances).
Decision Decide(const Policy& policy, const Schedule& schedule,
                const std::function<std::chrono::seconds(int)>& lead,
                const Observed& observed, Instant now);
// With what was computed before; `now` is covered by it.
Decision Decide(const Policy& policy, const Forecast& forecast,
                const Observed& observed, Instant now);

}  // namespace prewarm
