// Windows that fit recorded traffic.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "warmup-controller/simulate/scenario.h"

namespace prewarm {

struct Candidate {
  Policy policy;
  // How often a window must be asked for, how days are grouped, and how long a
  // visitor counts, in words.
  std::string how;
  std::int64_t cold_requests = 0;
  double cold_share = 0;
  double wait_p99 = 0;
  double instance_hours = 0;
};

struct Suggestion {
  std::vector<Candidate> candidates;
  // The one of least instance-hours that reaches the goal; where none does, the
  // one with the fewest cold requests.
  std::size_t best = 0;
  bool reaches_goal = false;
};

// Searches windows for `base`, whose own are not looked at: each half hour of a
// day, of work days and weekends, or of a week is in one if it is busy enough,
// with floors for its load; all degrees of busy are simulated, with and, if
// base listens to intents, without windows. Then, for intents, times to live
// for the best of these. All else of `base` stays.
//
// `arrivals` within [begin, end), at least a week for patterns of weeks.
// `holidays`: the days of the policy's calendars, as Schedule takes them.
Suggestion SuggestWindows(const Policy& base, const ScenarioOptions& options,
                          const std::vector<Moment>& arrivals, Moment begin,
                          Moment end, double most_cold_share,
                          const std::vector<CivilDays>& holidays = {});

}  // namespace prewarm
