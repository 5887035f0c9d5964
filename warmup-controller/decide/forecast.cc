#include "warmup-controller/decide/forecast.h"

#include <algorithm>
#include <iterator>

#include "warmup-controller/decide/pre_warm_rules.h"

namespace prewarm {
namespace {

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

}  // namespace

Forecast::Forecast(const Policy& policy, const Schedule& schedule,
                   const std::function<std::chrono::seconds(int)>& lead,
                   Instant from, Instant until)
    : from_(from), until_(until) {
  const PreWarmRules rules = RulesOf(policy, lead);
  demands_ = DemandAround(policy, schedule, rules, from, until);
  spans_ = PreWarm(demands_, rules);
}

FloorNow Forecast::At(Instant now,
                      const std::optional<FloorWritten>& written) const {
  const auto span = StepAt(spans_, now);
  const auto demand = StepAt(demands_, now);
  const Demand& reason = demands_[span->demand];

  FloorNow decided;
  decided.floor = span->floor;
  decided.cause = CauseOf(span->hold, reason);
  decided.window = reason.winner;
  if (span->hold == Hold::kWarmStart) decided.due = reason.begin;
  decided.asked = demand->floor;
  // Less than before is asked for since before. The range's first demand began
  // at some time before it.
  auto since = demand;
  while (since != demands_.begin() && (since - 1)->floor >= decided.asked) {
    --since;
  }
  if (since != demands_.begin()) decided.asked_since = since->begin;
  decided.until = until_;
  if (span + 1 != spans_.end()) {
    decided.until = std::min(decided.until, (span + 1)->begin);
  }
  if (demand + 1 != demands_.end()) {
    decided.until = std::min(decided.until, (demand + 1)->begin);
  }
  if (written && !demand->overridden) {
    GoOnWithWarmStart(demands_, *written, now, &decided);
  }
  return decided;
}

std::optional<Instant> Forecast::NextWarmStart(Instant now) const {
  for (const FloorSpan& span : spans_) {
    if (span.begin > now && span.hold == Hold::kWarmStart) return span.begin;
  }
  return std::nullopt;
}

}  // namespace prewarm
