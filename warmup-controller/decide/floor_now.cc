#include "warmup-controller/decide/floor_now.h"

#include <algorithm>

#include "warmup-controller/decide/budget.h"
#include "warmup-controller/decide/pre_warm_rules.h"

namespace prewarm {
namespace {

// Without news there is a look so often.
constexpr std::chrono::hours kAhead{1};

template <typename Steps>
auto StepAt(const Steps& steps, Instant at) {
  return std::prev(std::upper_bound(
      steps.begin(), steps.end(), at,
      [](Instant t, const auto& step) { return t < step.begin; }));
}

Cause CauseOf(Hold hold, const Demand& demand) {
  switch (hold) {
    case Hold::kBridge:
      return Cause::kBridge;
    case Hold::kWarmStart:
      return Cause::kWarmStart;
    case Hold::kKeepAlive:
      return Cause::kKeepAlive;
    case Hold::kDemand:
      break;
  }
  if (demand.overridden) return Cause::kOverride;
  return demand.winner ? Cause::kWindow : Cause::kMinimum;
}

// A lead that has become shorter does not stop what has begun.
void GoOnWithWarmStart(const std::vector<Demand>& demands,
                       const FloorWritten& written, Instant now,
                       FloorNow* decided) {
  if (written.cause != Cause::kWarmStart || !written.due ||
      *written.due <= now) {
    return;
  }
  const Demand& coming = *StepAt(demands, *written.due);
  const int floor = std::min(written.floor, coming.floor);
  if (coming.begin != *written.due || floor <= decided->floor) return;
  decided->floor = floor;
  decided->cause = Cause::kWarmStart;
  decided->window = coming.winner;
  decided->due = written.due;
  decided->until = std::min(decided->until, *written.due);
}

FloorNow Scheduled(const Policy& policy, const Schedule& schedule,
                   const std::function<std::chrono::seconds(int)>& lead,
                   const Observed& observed, Instant now) {
  const PreWarmRules rules = RulesOf(policy, lead);
  const std::vector<Demand> demands =
      DemandAround(policy, schedule, rules, now, now + kAhead);
  const std::vector<FloorSpan> spans = PreWarm(demands, rules);
  const auto span = StepAt(spans, now);
  const auto demand = StepAt(demands, now);
  const Demand& reason = demands[span->demand];

  FloorNow decided;
  decided.floor = span->floor;
  decided.cause = CauseOf(span->hold, reason);
  decided.window = reason.winner;
  if (span->hold == Hold::kWarmStart) decided.due = reason.begin;
  decided.asked = demand->floor;
  // The range's first demand began at some time before it.
  if (demand != demands.begin()) decided.asked_since = demand->begin;
  decided.until = now + kAhead;
  if (span + 1 != spans.end()) {
    decided.until = std::min(decided.until, (span + 1)->begin);
  }
  if (demand + 1 != demands.end()) {
    decided.until = std::min(decided.until, (demand + 1)->begin);
  }
  if (observed.written && !demand->overridden) {
    GoOnWithWarmStart(demands, *observed.written, now, &decided);
  }
  return decided;
}

void AddIntents(const Policy& policy, const Observed& observed, Instant now,
                FloorNow* decided) {
  if (!policy.intent.enabled || decided->cause == Cause::kOverride) return;
  if (observed.intent_hours >= policy.intent.daily_instance_hours) return;
  const int asked = std::min(observed.intents, policy.intent.max_replicas);
  if (asked <= decided->floor) return;
  decided->floor = asked;
  decided->cause = Cause::kIntent;
  decided->window.reset();
  decided->due.reset();
  if (observed.intents_until) {
    decided->until = std::min(decided->until, *observed.intents_until);
  }
  const double left =
      policy.intent.daily_instance_hours - observed.intent_hours;
  decided->until = std::min(decided->until, SpentAt(now, left, asked));
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
  FloorNow decided = Scheduled(policy, schedule, lead, observed, now);
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
