#include "warmup-controller/decide/decide.h"

#include <algorithm>

namespace prewarm {

FloorWritten Written(const Decision& decision,
                     const std::optional<FloorWritten>& before, Instant now) {
  const bool goes_on = before && before->cause == decision.floor.cause;
  return {decision.floor.floor, decision.floor.cause,
          goes_on ? before->since : now, decision.floor.due};
}

Decision Decide(const Policy& policy, const Schedule& schedule,
                const std::function<std::chrono::seconds(int)>& lead,
                const Observed& observed, Instant now) {
  return Decide(policy, Forecast(policy, schedule, lead, now, now + kAhead),
                observed, now);
}

Decision Decide(const Policy& policy, const Forecast& forecast,
                const Observed& observed, Instant now) {
  Decision decision;
  decision.floor = DecideFloor(policy, forecast, observed, now);
  decision.care = CareFor(policy, observed, decision.floor.floor, now);
  decision.warm = static_cast<int>(
      std::count_if(observed.instances.begin(), observed.instances.end(),
                    [](const Instance& instance) {
                      return instance.phase == Instance::Phase::kWarm;
                    }));
  decision.acts = !policy.suspend && !policy.dry_run;
  decision.next = decision.floor.until;
  if (decision.care.next) {
    decision.next = std::min(decision.next, *decision.care.next);
  }
  return decision;
}

}  // namespace prewarm
