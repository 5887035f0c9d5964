#include "warmup-controller/decide/budget.h"

#include <algorithm>

#include "warmup-controller/decide/pre_warming.h"

namespace prewarm {
namespace {

constexpr double kSecondsPerHour = 3600;
// Further away than any day ends.
constexpr std::chrono::hours kTwoDays{48};

}  // namespace

Instant SpentAt(Instant now, double hours, int instances) {
  const double seconds = hours * kSecondsPerHour / std::max(1, instances);
  const double most = std::chrono::duration<double>(kTwoDays).count();
  return now + std::chrono::seconds(
                   static_cast<std::int64_t>(std::clamp(seconds, 0.0, most)));
}

Instant NextDay(const Zone& zone, Instant now) {
  const CivilDay day(zone.MinuteAt(now));
  // Where a day has no midnight it begins with the first instant after.
  return zone.At(CivilMinute(day + 1)).first;
}

void KeepToBudget(const Policy& policy, const Observed& observed, Instant now,
                  FloorNow* decided) {
  if (!policy.instance_hours_per_day) return;
  decided->until = std::min(decided->until, NextDay(policy.zone, now));
  // Without a floor there is nothing that could be ended.
  if (decided->floor == 0) return;
  const int running =
      std::max(decided->floor, static_cast<int>(observed.instances.size()));
  const double to_stop = running *
                         std::chrono::duration<double>(kStopping).count() /
                         kSecondsPerHour;
  const double left =
      *policy.instance_hours_per_day - observed.instance_hours - to_stop;
  const Instant spent_at = SpentAt(now, left, running);
  if (spent_at > now) {
    decided->until = std::min(decided->until, spent_at);
    return;
  }
  decided->floor = 0;
  decided->cause = Cause::kBudget;
  decided->window.reset();
  decided->due.reset();
  decided->until = NextDay(policy.zone, now);
}

}  // namespace prewarm
