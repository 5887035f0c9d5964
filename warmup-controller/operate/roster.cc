#include "warmup-controller/operate/roster.h"

#include <algorithm>
#include <utility>

#include "warmup-controller/floor/floor_mark.h"
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

bool IsHeld(const std::string& text, const std::set<std::string>& held) {
  if (held.empty()) return false;
  const auto mark = ReadMark(text);
  return mark.ok() && std::any_of(mark->policies.begin(), mark->policies.end(),
                                  [&held](const std::string& name) {
                                    return held.count(name) > 0;
                                  });
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
                  const std::vector<std::string>& loose,
                  std::set<std::string> held) {
  Roster roster;
  roster.held = std::move(held);
  for (PolicySetup& setup : policies) {
    Policy& policy = setup.policy;
    if (!IsWorkload(policy.target.kind) && !IsAutoscaler(policy.target.kind)) {
      const std::string key = policy.namespace_name + "/" + policy.name;
      roster.held.insert(key);
      roster.refused[key] =
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

std::vector<AutoscalerSeen> LostMarks(
    const Roster& roster, const std::vector<AutoscalerSeen>& autoscalers) {
  std::vector<AutoscalerSeen> lost;
  for (const AutoscalerSeen& one : autoscalers) {
    // KEDA copies the mark of its ScaledObject.
    if (!one.mark || one.deleting || IsOfKeda(one)) continue;
    const TargetKey key{one.id.namespace_name, one.target_kind,
                        one.target_name};
    const auto target = roster.targets.find(key.Full());
    const bool wanted =
        target != roster.targets.end() && !target->second.policies.empty();
    if (wanted || IsHeld(*one.mark, roster.held)) continue;
    lost.push_back(one);
  }
  return lost;
}

}  // namespace prewarm
