// Which number of which object a floor is written to: whoever else scales the
// workload is looked for first. Pure.
#pragma once

#include <optional>
#include <string>

#include "warmup-controller/cluster/cluster.h"
#include "warmup-controller/floor/floor_plan.h"

namespace prewarm {

struct ScaledNumber {
  // Set: its minimum is the number; else the workload's replicas.
  std::optional<AutoscalerSeen> autoscaler;
  FloorSeen seen;
  // Why nothing can be written: a sentence that says what to do; "": all well.
  std::string refused;
};

// Its minimum, and the mark beside it.
FloorSeen MinimumSeen(const AutoscalerSeen& autoscaler);

// `kept`: the mark of a workload that only we scale, which is nowhere in it.
ScaledNumber NumberOf(const WorkloadObjects& objects,
                      const std::optional<FloorMark>& kept);

// Replicas to set, beside the autoscaler's minimum: an HPA is disabled at 0
// replicas, so a floor wakes the workload and, if the policies declare a
// minimum of 0, no floor lets it go. Unset: none.
std::optional<int> WakeOrSleep(const WorkloadObjects& objects,
                               const ScaledNumber& number, int floor,
                               bool may_be_zero);

}  // namespace prewarm
