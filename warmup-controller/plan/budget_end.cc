#include "warmup-controller/plan/budget_end.h"

#include <algorithm>

#include "warmup-controller/decide/budget.h"

namespace prewarm {
namespace {

constexpr double kSecondsPerHour = 3600;

double HoursOf(std::chrono::seconds time, int instances) {
  return std::chrono::duration<double>(time).count() * instances /
         kSecondsPerHour;
}

}  // namespace

std::vector<BudgetEnd> BudgetEnds(const Policy& policy,
                                  const std::vector<FloorSpan>& spans,
                                  Instant from, Instant until) {
  std::vector<BudgetEnd> ends;
  if (!policy.instance_hours_per_day) return ends;
  Instant day_ends = NextDay(policy.zone, from);
  double left = *policy.instance_hours_per_day;
  bool spent = false;
  for (std::size_t i = 0; i < spans.size(); ++i) {
    Instant at = std::max(spans[i].begin, from);
    const Instant end =
        std::min(i + 1 < spans.size() ? spans[i + 1].begin : until, until);
    while (at < end) {
      if (at >= day_ends) {
        day_ends = NextDay(policy.zone, at);
        left = *policy.instance_hours_per_day;
        spent = false;
      }
      const Instant stop = std::min(end, day_ends);
      const int floor = spans[i].floor;
      if (!spent && floor > 0) {
        const double usable = left - HoursOf(kStopping, floor);
        const Instant spent_at = SpentAt(at, std::max(usable, 0.0), floor);
        if (spent_at < stop) {
          ends.push_back({spent_at, day_ends});
          spent = true;
        }
        left -= HoursOf(stop - at, floor);
      }
      at = stop;
    }
  }
  return ends;
}

}  // namespace prewarm
