// Dates and times of day as a wall shows them, of no zone.
#pragma once

#include <cctz/civil_time.h>

#include <chrono>

namespace prewarm {

// A second of UTC's (Unix time: no leap seconds).
using Instant =
    std::chrono::time_point<std::chrono::system_clock, std::chrono::seconds>;

// All add, subtract and compare; fields out of range are carried over.
using CivilDay = cctz::civil_day;
using CivilMinute = cctz::civil_minute;
using CivilMonth = cctz::civil_month;
using CivilYear = cctz::year_t;

// Sunday 0, as in cron.
int WeekdayOf(const CivilDay& day);

// Half open. Empty where last is not after first.
struct CivilDays {
  CivilDay first;
  CivilDay last;  // the first one after
};

}  // namespace prewarm
