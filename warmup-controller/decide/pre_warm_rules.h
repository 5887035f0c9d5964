// A policy's rules of pre-warming, and how far one has to look for them.
#pragma once

#include "warmup-controller/decide/pre_warming.h"
#include "warmup-controller/policy/policy.h"

namespace prewarm {

PreWarmRules RulesOf(const Policy& policy,
                     std::function<std::chrono::seconds(int)> lead);

// The demand that the floors of [from, until] depend on.
std::vector<Demand> DemandAround(const Policy& policy, const Schedule& schedule,
                                 const PreWarmRules& rules, Instant from,
                                 Instant until);

}  // namespace prewarm
