// Where looking for the end of what overlaps and touches on and on stops. What
// is longer has no begin and no end for a schedule.
#pragma once

namespace prewarm {

constexpr int kMaxMerged = 50'000;
constexpr long kMaxMergedMinutes = 2L * 366 * 24 * 60;  // two years

}  // namespace prewarm
