// A plan for a terminal.
#pragma once

#include <string>
#include <vector>

#include "warmup-controller/plan/transition.h"

namespace prewarm {

// At most 80 columns where names allow it; a sentence where nothing happens.
std::string PlanTable(const std::vector<PlanStart>& starts, Instant from,
                      const std::vector<Transition>& transitions);

}  // namespace prewarm
