// When a window with local times is open, in local time: its single spans in
// the order of their starts, without those that an exception day or a gap of
// the clocks drops.
#pragma once

#include <memory>
#include <optional>

#include "warmup-controller/calendar/civil.h"
#include "warmup-controller/calendar/zone.h"
#include "warmup-controller/policy/policy.h"
#include "warmup-controller/schedule/days_off.h"

namespace prewarm {

// Half open, never empty.
struct LocalSpan {
  CivilMinute from;
  CivilMinute until;
};

// What drops a span.
struct Drops {
  std::shared_ptr<const DaysOff> days_off;
  Zone zone;
  DstGap gap = DstGap::kShift;

  // With `gap: skip`: a start that does not exist, or an end inside of a gap.
  bool InGap(const LocalSpan& span) const;
};

// A later start never ends earlier. Immutable, thread-safe.
class LocalSpans {
 public:
  virtual ~LocalSpans() = default;
  // The last span that starts at or before `at`. It may be unset where that
  // one ends before `at`.
  virtual std::optional<LocalSpan> LastFrom(const CivilMinute& at) const = 0;
  // Where the first span starts that does so after `after`; unset: none ever.
  virtual std::optional<CivilMinute> NextFrom(
      const CivilMinute& after) const = 0;

  // The last span that covers `at`.
  std::optional<LocalSpan> Covering(const CivilMinute& at) const;
  // Of `span` and all that overlap or touch it. Unset where it is further away
  // than two years.
  std::optional<CivilMinute> BeginAround(const LocalSpan& span) const;
  std::optional<CivilMinute> EndAround(const LocalSpan& span) const;
};

std::unique_ptr<LocalSpans> MakeLocalSpans(DailyTimes times, Drops drops);
// An end closes what was opened before it; a start at the same minute opens
// anew. So an 8-12 and a 12-18 written as two starts and two ends are 8-18.
std::unique_ptr<LocalSpans> MakeLocalSpans(CronPair times, Drops drops);

}  // namespace prewarm
