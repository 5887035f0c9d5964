// The status of policies and targets out of the loop's notes.
#pragma once

#include <optional>

#include "warmup-controller/intent/intent_table.h"
#include "warmup-controller/reconcile/target_track.h"
#include "warmup-controller/report/status.h"

namespace prewarm {

TargetStatus StatusOf(const TargetTrack& target, Instant now);
// `tally`: of a policy that listens to visitors.
PolicyStatus StatusOf(const PolicyTrack& policy, const TargetTrack& target,
                      const std::optional<IntentTally>& tally, Instant now);

// Since when each condition is as it is, by the status before (nullptr: none).
void KeepTransitions(const PolicyStatus* before, Instant now,
                     PolicyStatus* status);

// Instances that so many visitors ask for.
int InstancesFor(const IntentTally& tally, double service_seconds);

// One sentence for a person: why the floor is what it is.
std::string FloorReason(const Policy& policy, const FloorNow& floor);

}  // namespace prewarm
