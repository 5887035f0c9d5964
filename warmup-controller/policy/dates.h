// Dates and instants as an author writes them.
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.h"
#include "warmup-controller/calendar/civil.h"
#include "warmup-controller/calendar/instant_text.h"

namespace prewarm {

// `2026-12-25`, or `2026-12-24/2026-12-26` with both ends; of the years 2000
// to 2199.
Result<CivilDays> ParseDates(std::string_view text);
// As ParseDates reads it.
std::string FormatDates(const CivilDays& days);

// RFC 3339: `2026-12-24T18:00:00+01:00`, or Z. Parts of a second are cut off.
// FormatInstant is the reverse.
Result<Instant> ParseInstant(std::string_view text);

}  // namespace prewarm
