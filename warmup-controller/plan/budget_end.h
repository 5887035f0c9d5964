// When a plan would spend a day's budget.
#pragma once

#include <vector>

#include "warmup-controller/decide/pre_warming.h"
#include "warmup-controller/policy/policy.h"

namespace prewarm {

// From `at` on there is no floor, until `next_day`.
struct BudgetEnd {
  Instant at;
  Instant next_day;
};

// Of each local day of [from, until) on which budget.instanceHoursPerDay does
// not last, as the controller would decide (decide/budget.h) if nothing but the
// plan's floors ran. By time; none without a budget. `from` begins a day's
// account.
std::vector<BudgetEnd> BudgetEnds(const Policy& policy,
                                  const std::vector<FloorSpan>& spans,
                                  Instant from, Instant until);

}  // namespace prewarm
