// The day's instance-hours, which no input can exceed.
#pragma once

#include "warmup-controller/decide/floor_now.h"
#include "warmup-controller/decide/observed.h"
#include "warmup-controller/policy/policy.h"

namespace prewarm {

// When `hours` are spent by so many instances, at least one; in whole seconds,
// so that `now` is the answer for the last one.
Instant SpentAt(Instant now, double hours, int instances);

// The first instant of the next local day.
Instant NextDay(const Zone& zone, Instant now);

// No floor where stopping what exists now would spend the rest of the day's
// hours, until the next day; and looks again before that can happen.
void KeepToBudget(const Policy& policy, const Observed& observed, Instant now,
                  FloorNow* decided);

}  // namespace prewarm
