// Who is to be cared for: policies, the workloads that they mean, and pods that
// carry the gate though no policy means them. Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "warmup-controller/cluster/objects.h"
#include "warmup-controller/cluster/workload_target.h"
#include "warmup-controller/reconcile/policy_track.h"

namespace prewarm {

struct RosterTarget {
  WorkloadRef ref;
  // "namespace/name" of those that scale it, not of dry runs.
  std::vector<std::string> policies;
  bool may_be_zero = false;
};

struct Roster {
  // Of policies, their targets named by the workload, and one that only proves
  // for each workload with the gate.
  std::vector<PolicySetup> setups;
  std::map<std::string, RosterTarget> targets;  // by TargetKey::Full()
  // What is wrong with a policy's target, by "namespace/name": not of this
  // world. Such a policy is in no setup.
  std::map<std::string, std::string> refused;
};

// The target of pods that no workload owns, one of each namespace.
inline constexpr char kLoosePods[] = "Pods";

// `loose`: namespaces with gated pods of no workload.
Roster MakeRoster(std::vector<PolicySetup> policies,
                  const std::vector<WorkloadSeen>& workloads,
                  const std::vector<AutoscalerSeen>& autoscalers,
                  const std::vector<std::string>& loose = {});

// Autoscalers with a mark of ours whose workload is no target any more: what
// was raised has to be given back.
std::vector<WorkloadRef> Orphans(
    const Roster& roster, const std::vector<AutoscalerSeen>& autoscalers);

}  // namespace prewarm
