// A simulation in equal parts of its time, for plots.
#pragma once

#include <vector>

#include "warmup-controller/simulate/fleet.h"

namespace prewarm {

// Requests in each part.
std::vector<double> RequestsOver(const std::vector<Moment>& arrivals,
                                 Moment begin, Moment end, int parts);

// Instances that exist, or that are `which`, on average of each part.
std::vector<double> InstancesOver(
    const std::vector<FleetResult::Count>& counts, Moment begin, Moment end,
    int parts, int FleetResult::Count::*which = &FleetResult::Count::instances);

}  // namespace prewarm
