// A window from a cron's local start for a time that elapses.
#pragma once

#include <memory>
#include <optional>

#include "warmup-controller/schedule/wall_clock.h"
#include "warmup-controller/schedule/window_times.h"

namespace prewarm {

// Each start opens for the duration, whatever the clocks do meanwhile: 90
// minutes from 01:30 end at 04:00 where the clocks go forward from 02:00. With
// `overlap: twice` a repeated start opens in both passes for the duration
// each; with `once` the second pass starts nothing, an hourly cron neither.
class ElapsedWindow : public WindowTimes {
 public:
  ElapsedWindow(CronTimes times, WallClock clock,
                std::shared_ptr<const DaysOff> days_off);

  bool IsOpen(Instant at) const override;
  std::optional<Instant> OpenedBy(Instant at) const override;
  std::optional<Instant> NextChange(Instant after) const override;

 private:
  // The last start at or before `at`, the first one after `after`, of days that
  // are not off. There always is one: a cron comes again and again.
  Instant LastStart(Instant at) const;
  Instant NextStart(Instant after) const;

  CivilMinute PreviousMatch(const CivilMinute& local) const;
  CivilMinute NextMatch(const CivilMinute& local) const;

  CronTimes times_;
  WallClock clock_;
  std::shared_ptr<const DaysOff> days_off_;
};

}  // namespace prewarm
