// The floor of this moment.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>

#include "warmup-controller/decide/observed.h"
#include "warmup-controller/policy/policy.h"
#include "warmup-controller/schedule/schedule.h"

namespace prewarm {

class Forecast;

struct FloorNow {
  int floor = 0;
  Cause cause = Cause::kMinimum;
  std::optional<std::size_t> window;  // that opens, is open or has closed
  std::optional<Instant> due;  // of kWarmStart: they must be warm by then
  // What the windows that are open ask for, and since when so many or more: for
  // whom to be in time or late.
  int asked = 0;
  std::optional<Instant> asked_since;
  Instant until;  // without news it stays so until then
};

// A pure function. In this order: suspend leaves what was written; an override
// is the floor, and intents do not change it; else the schedule with its
// leads, delays and bridges, or more for intents; requests that are worked on
// keep as many instances as are busy, for kPatience at most; the budget of the
// day ends everything. Never above replicas.max.
//
// A warm start that has begun goes on although the lead has become shorter
// meanwhile. `lead`: LeadTimes().
FloorNow DecideFloor(const Policy& policy, const Schedule& schedule,
                     const std::function<std::chrono::seconds(int)>& lead,
                     const Observed& observed, Instant now);
// With what was computed before; `now` is covered by it.
FloorNow DecideFloor(const Policy& policy, const Forecast& forecast,
                     const Observed& observed, Instant now);

// Longer than a request may take.
inline constexpr std::chrono::minutes kPatience{10};

}  // namespace prewarm
