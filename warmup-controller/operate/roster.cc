#include "warmup-controller/operate/roster.h"

#include <algorithm>
#include <utility>

#include "warmup-controller/reconcile/target_key.h"

namespace prewarm {
namespace {

bool IsWorkload(const std::string& kind) {
  return kind == "Deployment" || kind == "StatefulSet";
}
bool IsAutoscaler(const std::string& kind) {
  return kind == kAutoscaler || kind == kScaledObject;
}

// A policy for an autoscaler means what that scales. One that is not there
// keeps its name, and its target says so.
void Resolve(const std::vector<AutoscalerSeen>& autoscalers, Policy* policy) {
  if (!IsAutoscaler(policy->target.kind)) return;
  for (const AutoscalerSeen& one : autoscalers) {
    if (one.deleting || one.kind != policy->target.kind ||
        one.id.namespace_name != policy->namespace_name ||
        one.id.name != policy->target.name || !IsWorkload(one.target_kind)) {
      continue;
    }
    policy->target = {"apps/v1", one.target_kind, one.target_name};
    return;
  }
}

PolicySetup OnlyProves(const std::string& namespace_name,
                       const std::string& kind, const std::string& name) {
  Policy policy;
  policy.namespace_name = namespace_name;
  // No object of a cluster may be named so.
  policy.name = ".gate/" + kind + "/" + name;
  policy.target = {"apps/v1", kind, name};
  policy.only_proves = true;
  return {std::move(policy), {}, std::nullopt};
}

RosterTarget* TargetOf(const Policy& policy, Roster* roster) {
  const TargetKey key = KeyOf(policy);
  RosterTarget& target = roster->targets[key.Full()];
  target.ref = {key.namespace_name, key.kind, key.name};
  return &target;
}

}  // namespace

Roster MakeRoster(std::vector<PolicySetup> policies,
                  const std::vector<WorkloadSeen>& workloads,
                  const std::vector<AutoscalerSeen>& autoscalers,
                  const std::vector<std::string>& loose) {
  Roster roster;
  for (PolicySetup& setup : policies) {
    Policy& policy = setup.policy;
    if (!IsWorkload(policy.target.kind) && !IsAutoscaler(policy.target.kind)) {
      roster.refused[policy.namespace_name + "/" + policy.name] =
          "spec.targetRef.kind: got " + policy.target.kind +
          ", expected Deployment, StatefulSet, HorizontalPodAutoscaler or "
          "ScaledObject in a cluster";
      continue;
    }
    Resolve(autoscalers, &policy);
    RosterTarget* const target = TargetOf(policy, &roster);
    if (!policy.dry_run) {
      target->policies.push_back(policy.namespace_name + "/" + policy.name);
      target->may_be_zero = target->may_be_zero ||
                            (policy.min_declared && policy.min_replicas == 0);
    }
    roster.setups.push_back(std::move(setup));
  }
  for (auto& [key, target] : roster.targets) {
    std::sort(target.policies.begin(), target.policies.end());
  }
  const auto prove = [&roster](const std::string& namespace_name,
                               const std::string& kind,
                               const std::string& name) {
    PolicySetup setup = OnlyProves(namespace_name, kind, name);
    (void)TargetOf(setup.policy, &roster);
    roster.setups.push_back(std::move(setup));
  };
  for (const WorkloadSeen& workload : workloads) {
    if (!workload.gated || workload.deleting) continue;
    prove(workload.id.namespace_name, workload.kind, workload.id.name);
  }
  for (const std::string& namespace_name : loose) {
    prove(namespace_name, kLoosePods, "gated");
  }
  return roster;
}

std::vector<WorkloadRef> Orphans(
    const Roster& roster, const std::vector<AutoscalerSeen>& autoscalers) {
  std::vector<WorkloadRef> orphans;
  for (const AutoscalerSeen& one : autoscalers) {
    if (!one.mark || !IsWorkload(one.target_kind)) continue;
    const TargetKey key{one.id.namespace_name, one.target_kind,
                        one.target_name};
    if (roster.targets.count(key.Full()) > 0) continue;
    orphans.push_back({key.namespace_name, key.kind, key.name});
  }
  return orphans;
}

}  // namespace prewarm
