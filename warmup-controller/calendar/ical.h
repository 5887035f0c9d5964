// Holidays out of an iCalendar file (RFC 5545): the events' times, nothing
// else of it.
#pragma once

#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "warmup-controller/calendar/civil.h"
#include "warmup-controller/calendar/zone.h"

namespace prewarm {

// The local days, in `zone`, that VEVENTs of `text` touch between `from` and
// `until` (exclusive), sorted, joined where they meet. All-day events (DATE)
// are the same days everywhere; timed ones are taken to `zone` from UTC, from
// their TZID (of the IANA database) or, floating, as they are. RRULE: FREQ of
// DAILY, WEEKLY, MONTHLY and YEARLY with INTERVAL, COUNT, UNTIL, BYMONTH,
// BYMONTHDAY, BYDAY and WKST; RDATE, EXDATE, RECURRENCE-ID and DURATION count,
// STATUS:CANCELLED events do not.
//
// kInvalidArgument names line, property, value and what is not understood: a
// holiday that we would miss is an error. At most 1 MiB, 10,000 events and
// 100,000 days.
Result<std::vector<CivilDays>> ReadHolidays(std::string_view text,
                                            const Zone& zone,
                                            const CivilDay& from,
                                            const CivilDay& until);

}  // namespace prewarm
