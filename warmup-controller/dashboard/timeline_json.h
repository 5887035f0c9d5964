// The wire forms of the dashboard, as those of status_json.h. Pure.
#pragma once

#include <optional>
#include <string>

#include "warmup-controller/dashboard/summary.h"
#include "warmup-controller/dashboard/timeline.h"

namespace prewarm {

// `price` of an instance-hour; unset: no money is told.
std::string SummaryJson(const Summary& summary, std::optional<double> price);
std::string TimelineJson(const Timeline& timeline, const TimelinePlots& plots,
                         std::optional<double> price);

}  // namespace prewarm
