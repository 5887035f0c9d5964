// Who is to be cared for: policies, the workloads that they mean, and pods that
// carry the gate though no policy means them. Pure.
#pragma once

#include <map>
#include <set>
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
  // "namespace/name" of policies that are there and can't be used now, those
  // that are refused among them: what their marks say stays as it is.
  std::set<std::string> held;
};

// The target of pods that no workload owns, one of each namespace.
inline constexpr char kLoosePods[] = "Pods";

// `loose`: namespaces with gated pods of no workload. `held`: policies without
// a setup.
Roster MakeRoster(std::vector<PolicySetup> policies,
                  const std::vector<WorkloadSeen>& workloads,
                  const std::vector<AutoscalerSeen>& autoscalers,
                  const std::vector<std::string>& loose = {},
                  std::set<std::string> held = {});

// Autoscalers with a mark of ours that no policy keeps any more: what was
// raised has to be given back, also where there is no such workload.
std::vector<AutoscalerSeen> LostMarks(
    const Roster& roster, const std::vector<AutoscalerSeen>& autoscalers);

}  // namespace prewarm
