// The recurrence rule (RRULE) of an iCalendar event.
#pragma once

#include <bitset>
#include <optional>
#include <vector>

#include "common/base/result.h"
#include "warmup-controller/calendar/civil.h"
#include "warmup-controller/calendar/ical_line.h"

namespace prewarm {

struct IcalRule {
  enum class Frequency { kDaily, kWeekly, kMonthly, kYearly };
  // The nth such day of the month or year, from its end where negative; 0: all.
  struct Weekday {
    int weekday = 0;
    int nth = 0;
  };

  Frequency frequency = Frequency::kYearly;
  int interval = 1;
  std::optional<int> count;
  std::optional<IcalTime> until;  // the last start that counts
  std::bitset<13> months;         // none set: all
  std::vector<int> month_days;    // from the month's end where negative
  std::vector<Weekday> weekdays;
  int week_start = 1;  // Monday

  // Whether the rule of an event that starts on `start` has `day`, count and
  // until aside. Precondition: day >= start.
  bool Has(const CivilDay& start, const CivilDay& day) const;
};

// `floating` is the zone of an UNTIL without one. Parts that are not in ical.h
// are refused: they would move holidays.
Result<IcalRule> ReadIcalRule(const IcalLine& line, const Zone& floating);

}  // namespace prewarm
