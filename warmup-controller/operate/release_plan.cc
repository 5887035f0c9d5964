#include "warmup-controller/operate/release_plan.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "warmup-controller/floor/floor_plan.h"

namespace prewarm {
namespace {

std::string NameOf(const std::string& kind, const ObjectId& id) {
  return id.namespace_name + "/" + kind + "/" + id.name;
}

// Unset: nothing of it is to be given back.
std::optional<ReleaseStep> StepOf(const AutoscalerSeen& autoscaler,
                                  const std::string& policy,
                                  std::vector<std::string>* remarks) {
  if (!autoscaler.mark) return std::nullopt;
  const std::string name = NameOf(autoscaler.kind, autoscaler.id);
  const auto mark = ReadMark(*autoscaler.mark);
  if (!mark.ok()) {
    if (!policy.empty()) return std::nullopt;
    return ReleaseStep{GiveMinimumBack{autoscaler, std::nullopt},
                       name +
                           ": annotation removed, which somebody has "
                           "changed; " +
                           MinimumField(autoscaler) + " stays " +
                           std::to_string(autoscaler.min)};
  }
  if (!policy.empty()) {
    const auto& whose = mark->policies;
    if (std::find(whose.begin(), whose.end(), policy) == whose.end()) {
      return std::nullopt;
    }
    if (whose.size() > 1) {
      remarks->push_back(name +
                         ": other policies want its floor, too; it "
                         "stays");
      return std::nullopt;
    }
  }
  FloorSeen seen;
  seen.live = autoscaler.min;
  seen.ceiling = autoscaler.max;
  seen.baseline = autoscaler.min;
  seen.mark = *mark;
  const FloorPlan plan = PlanRelease(seen);
  std::string says = name + ": " + MinimumField(autoscaler) + " ";
  says += plan.write ? std::to_string(autoscaler.min) + " -> " +
                           std::to_string(*plan.write)
                     : "stays " + std::to_string(autoscaler.min);
  if (!plan.write && autoscaler.min != mark->floor) {
    says += ", which somebody else has written";
  }
  return ReleaseStep{GiveMinimumBack{autoscaler, plan.write}, std::move(says)};
}

// Who let these workloads sleep is gone: an HPA does nothing at 0 replicas, and
// KEDA alone wakes what it scales. Without an autoscaler the gate says that we
// were meant.
void AddSleepers(const Installed& installed,
                 std::vector<std::string>* remarks) {
  std::map<std::string, std::string> scalers;  // their kinds, by workload
  for (const AutoscalerSeen& one : installed.autoscalers) {
    scalers[one.id.namespace_name + "/" + one.target_kind + "/" +
            one.target_name] = one.kind;
  }
  for (const WorkloadSeen& one : installed.workloads) {
    if (one.replicas > 0) continue;
    const std::string name = NameOf(one.kind, one.id);
    const auto scaler = scalers.find(name);
    const bool is_alone = scaler == scalers.end();
    if (is_alone ? !one.gated : scaler->second == kScaledObject) continue;
    std::string remark = name + ": has 0 replicas, ";
    remark += is_alone ? "and nothing that scales it"
                       : "where its HorizontalPodAutoscaler does nothing";
    remark += "; kubectl scale wakes it";
    remarks->push_back(std::move(remark));
  }
}

void AddGated(const Installed& installed, std::vector<std::string>* remarks) {
  for (const WorkloadSeen& one : installed.workloads) {
    if (!one.gated) continue;
    remarks->push_back(NameOf(one.kind, one.id) +
                       ": its pod template has the "
                       "readinessGate " +
                       kWarmGate +
                       "; without a controller "
                       "new pods get no traffic: remove it");
  }
}

}  // namespace

ReleasePlan PlanReleaseOf(const Installed& installed,
                          const std::string& policy) {
  ReleasePlan plan;
  const bool all = policy.empty();
  std::set<std::string> unsettled;  // namespaces
  for (const AutoscalerSeen& one : installed.autoscalers) {
    auto step = StepOf(one, policy, &plan.remarks);
    if (!step) continue;
    unsettled.insert(one.id.namespace_name);
    plan.steps.push_back(*std::move(step));
  }
  for (const PolicyObject& one : installed.policies) {
    const bool meant = all || one.key() == policy;
    if (!meant || !one.finalized || unsettled.count(one.namespace_name) > 0) {
      continue;
    }
    plan.steps.push_back(
        {TakeFinalizerAway{one}, one.namespace_name + "/PrewarmPolicy/" +
                                     one.name + ": finalizer removed"});
  }
  if (!all) return plan;
  for (const PodSeen& one : installed.busy_pods) {
    plan.steps.push_back({TakeCostAway{one}, NameOf("Pod", one.id) +
                                                 ": pod-deletion-cost "
                                                 "removed"});
  }
  AddSleepers(installed, &plan.remarks);
  AddGated(installed, &plan.remarks);
  return plan;
}

}  // namespace prewarm
