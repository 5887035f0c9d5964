#include "warmup-controller/schedule/window_times.h"

#include <utility>

#include "warmup-controller/schedule/elapsed_window.h"
#include "warmup-controller/schedule/local_window.h"

namespace prewarm {

std::unique_ptr<WindowTimes> MakeWindowTimes(
    const Window& window, const Policy& policy,
    std::shared_ptr<const DaysOff> days_off) {
  const WallClock clock(window.zone.value_or(policy.zone), policy.dst);
  if (const auto* elapsed = std::get_if<CronTimes>(&window.times)) {
    return std::make_unique<ElapsedWindow>(*elapsed, clock,
                                           std::move(days_off));
  }
  Drops drops{std::move(days_off), clock.zone(), policy.dst.gap};
  if (const auto* pair = std::get_if<CronPair>(&window.times)) {
    return std::make_unique<LocalWindow>(
        MakeLocalSpans(*pair, std::move(drops)), clock);
  }
  return std::make_unique<LocalWindow>(
      MakeLocalSpans(std::get<DailyTimes>(window.times), std::move(drops)),
      clock);
}

}  // namespace prewarm
