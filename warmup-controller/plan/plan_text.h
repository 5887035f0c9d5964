// A plan for programs and for calendars.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "warmup-controller/plan/transition.h"

namespace prewarm {

// {"transitions": [...], "initial": [...]}, docs/policies.md.
void WritePlanJson(const std::vector<PlanStart>& starts,
                   const std::vector<Transition>& transitions,
                   std::ostream& out);
// RFC 5545: an event for each time in which instances are warm, and for each in
// which they get so. `stamp`: when the plan was made.
std::string PlanIcal(const std::vector<Transition>& transitions, Instant stamp);

}  // namespace prewarm
