// Instance-hours of a policy's local day. Pure.
#pragma once

#include <optional>

#include "common/base/clock.h"
#include "warmup-controller/calendar/civil.h"

namespace prewarm {

struct HoursOfDay {
  CivilDay day;
  double hours = 0;         // of all instances
  double intent_hours = 0;  // of those for visitors
};

class HoursMeter {
 public:
  // So many instances exist from `now` on; those of the last call have existed
  // until now. `for_intents`: their floor is that of visitors. A new day begins
  // with 0. Time is that of the steady clock, so that a step of the wall's
  // makes no hours.
  void Count(const CivilDay& today, int instances, bool for_intents,
             SteadyTime now);
  // Of a process before this one; of another day it says nothing.
  void Restore(const HoursOfDay& known) { known_ = known; }
  const HoursOfDay& known() const { return known_; }

 private:
  HoursOfDay known_;
  std::optional<SteadyTime> until_;
  int instances_ = 0;
  bool for_intents_ = false;
};

}  // namespace prewarm
