// A policy for working hours, on a Monday morning of simulated time.
#pragma once

#include "tests/unit/reconcile/world.h"

namespace prewarm {

// A Monday.
inline const Instant kEight = Utc(2026, 3, 2, 8);
inline const Instant kNine = Utc(2026, 3, 2, 9);

class HoursTest : public testing::Test {
 protected:
  static Policy Hours(const std::string& name, int replicas = 1) {
    Policy policy = World::PolicyNamed(name);
    policy.windows = {Daily("0111110", 9 * 60, 18 * 60, replicas)};
    policy.windows[0].name = "weekdays";
    return policy;
  }

  World world_{kEight};
};

}  // namespace prewarm
