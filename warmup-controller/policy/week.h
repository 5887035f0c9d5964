// Times of day and days of the week.
#pragma once

#include <bitset>
#include <string_view>

#include "common/base/result.h"

namespace prewarm {

// Minutes after midnight of "00:00" to "24:00".
Result<int> ParseTimeOfDay(std::string_view text);

// `Mon`, `Monday`, `Mon-Fri`, `Sat-Mon` (over the end of the week), several of
// them with commas; in any case. Sunday is 0.
Result<std::bitset<7>> ParseDaysOfWeek(std::string_view text);

}  // namespace prewarm
