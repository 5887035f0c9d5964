// The least that anybody could do who knows the future.
#pragma once

#include <vector>

#include "warmup-controller/simulate/fleet.h"

namespace prewarm {

// No request is cold, and each waits as long as with max_instances always warm.
// Each instance starts its cold start (the model's median) before the work that
// it would have got from a fleet that is always warm, and stops where the next
// work is further away than a cold start and stopping. A lower bound for who
// packs work onto the lowest instances, as the fleet does.
FleetResult SimulateOracle(const FleetOptions& options,
                           const std::vector<Moment>& arrivals, Moment begin,
                           Moment end);

}  // namespace prewarm
