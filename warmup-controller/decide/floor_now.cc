#include "warmup-controller/decide/floor_now.h"

#include <algorithm>

#include "warmup-controller/decide/budget.h"
#include "warmup-controller/decide/forecast.h"

namespace prewarm {
namespace {

void AddIntents(const Policy& policy, const Observed& observed, Instant now,
                FloorNow* decided) {
  if (!policy.intent.enabled || decided->cause == Cause::kOverride) return;
  if (observed.intents <= 0) return;
  const int asked = std::min(std::max(observed.intents, policy.intent.replicas),
                             policy.intent.max_replicas);
  if (asked <= decided->floor) return;
  const double left =
      policy.intent.daily_instance_hours - observed.intent_hours;
  const Instant spent_at = SpentAt(now, left, asked);
  if (spent_at <= now) return;
  decided->floor = asked;
  decided->cause = Cause::kIntent;
  decided->window.reset();
  decided->due.reset();
  if (observed.intents_until) {
    decided->until = std::min(decided->until, *observed.intents_until);
  }
  decided->until = std::min(decided->until, spent_at);
}

void KeepWhatIsBusy(const Observed& observed, Instant now, FloorNow* decided) {
  if (!observed.written || observed.written->floor <= decided->floor) return;
  const bool was_kept = observed.written->cause == Cause::kInFlight;
  if (was_kept && now >= observed.written->since + kPatience) return;
  const auto busy = std::count_if(
      observed.instances.begin(), observed.instances.end(),
      [](const Instance& instance) { return instance.in_flight > 0; });
  const int kept = std::min(static_cast<int>(busy), observed.written->floor);
  if (kept <= decided->floor) return;
  decided->floor = kept;
  decided->cause = Cause::kInFlight;
  decided->window.reset();
  decided->due.reset();
  const Instant since = was_kept ? observed.written->since : now;
  decided->until = std::min(decided->until, since + kPatience);
}

}  // namespace

const char* CauseName(Cause cause) {
  constexpr const char* kNames[] = {
      "minimum",    "window", "override",  "bridge", "warm_start",
      "keep_alive", "intent", "in_flight", "budget", "suspended"};
  return kNames[static_cast<int>(cause)];
}

FloorNow DecideFloor(const Policy& policy, const Schedule& schedule,
                     const std::function<std::chrono::seconds(int)>& lead,
                     const Observed& observed, Instant now) {
  return DecideFloor(policy,
                     Forecast(policy, schedule, lead, now, now + kAhead),
                     observed, now);
}

FloorNow DecideFloor(const Policy& policy, const Forecast& forecast,
                     const Observed& observed, Instant now) {
  FloorNow decided = forecast.At(now, observed.written);
  if (policy.suspend) {
    decided.floor = observed.written ? observed.written->floor : 0;
    decided.cause = Cause::kSuspended;
    decided.window.reset();
    decided.due.reset();
    return decided;
  }
  AddIntents(policy, observed, now, &decided);
  if (decided.cause != Cause::kOverride) {
    KeepWhatIsBusy(observed, now, &decided);
  }
  decided.floor = std::min(decided.floor, policy.max_replicas);
  KeepToBudget(policy, observed, now, &decided);
  return decided;
}

}  // namespace prewarm
