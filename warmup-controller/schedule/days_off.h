// Exception days: dates on which no window starts.
#pragma once

#include <vector>

#include "warmup-controller/calendar/civil.h"

namespace prewarm {

// Immutable, thread-safe.
class DaysOff {
 public:
  DaysOff() = default;
  // In any order; they may overlap.
  explicit DaysOff(std::vector<CivilDays> days);

  // All the days off around `day`; nullptr where it is none.
  const CivilDays* Around(const CivilDay& day) const;

 private:
  std::vector<CivilDays> days_;  // sorted, apart
};

}  // namespace prewarm
