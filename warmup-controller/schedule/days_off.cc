#include "warmup-controller/schedule/days_off.h"

#include <algorithm>

namespace prewarm {

DaysOff::DaysOff(std::vector<CivilDays> days) {
  std::sort(
      days.begin(), days.end(),
      [](const CivilDays& a, const CivilDays& b) { return a.first < b.first; });
  for (const CivilDays& next : days) {
    if (next.last <= next.first) continue;
    if (!days_.empty() && next.first <= days_.back().last) {
      days_.back().last = std::max(days_.back().last, next.last);
    } else {
      days_.push_back(next);
    }
  }
}

const CivilDays* DaysOff::Around(const CivilDay& day) const {
  const auto after = std::upper_bound(
      days_.begin(), days_.end(), day,
      [](const CivilDay& d, const CivilDays& days) { return d < days.first; });
  if (after == days_.begin()) return nullptr;
  const CivilDays& days = *std::prev(after);
  return day < days.last ? &days : nullptr;
}

}  // namespace prewarm
