#include "warmup-controller/reconcile/hours_of_day.h"

#include <chrono>

namespace prewarm {

void HoursMeter::Count(const CivilDay& today, int instances, bool for_intents,
                       SteadyTime now) {
  if (today != known_.day) known_ = {today, 0, 0};
  if (until_ && now > *until_) {
    const double hours =
        instances_ *
        std::chrono::duration<double, std::ratio<3600>>(now - *until_).count();
    known_.hours += hours;
    if (for_intents_) known_.intent_hours += hours;
  }
  until_ = now;
  instances_ = instances;
  for_intents_ = for_intents;
}

}  // namespace prewarm
