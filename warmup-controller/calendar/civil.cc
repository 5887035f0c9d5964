#include "warmup-controller/calendar/civil.h"

namespace prewarm {

int WeekdayOf(const CivilDay& day) {
  // cctz begins on Monday.
  return (static_cast<int>(cctz::get_weekday(day)) + 1) % 7;
}

}  // namespace prewarm
