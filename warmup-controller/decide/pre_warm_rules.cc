#include "warmup-controller/decide/pre_warm_rules.h"

#include <algorithm>
#include <utility>

namespace prewarm {

PreWarmRules RulesOf(const Policy& policy,
                     std::function<std::chrono::seconds(int)> lead) {
  return {std::move(lead), policy.scale_down.delay,
          policy.scale_down.keep_if_next_window_within};
}

std::vector<Demand> DemandAround(const Policy& policy, const Schedule& schedule,
                                 const PreWarmRules& rules, Instant from,
                                 Instant until) {
  const std::chrono::seconds longest = rules.lead(policy.max_replicas);
  const std::chrono::seconds gap =
      rules.bridge.value_or(rules.keep_alive + kStopping + longest);
  // The change at `from` itself is one: the first demand is before it.
  constexpr std::chrono::seconds kBefore{1};
  return DemandOver(policy, schedule,
                    from - std::max(rules.keep_alive, gap) - kBefore,
                    until + longest + gap + kBefore);
}

}  // namespace prewarm
