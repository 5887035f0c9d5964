#include "warmup-controller/cluster/workload_target.h"

#include <algorithm>
#include <utility>

#include "warmup-controller/cluster/pod_instances.h"

namespace prewarm {
namespace {

constexpr char kReplicas[] = "replicas";
constexpr char kMinimum[] = "minimum";

std::string CostOf(const PodSeen& pod) { return "cost " + pod.id.uid; }

// What is known of it before anything is wanted.
void AddNotes(const WorkloadSeen& workload, std::vector<TargetNote>* notes) {
  if (!workload.gated) {
    notes->push_back({"GateMissing", "NoReadinessGate",
                      "the pod template has no readinessGate " +
                          std::string(kWarmGate) +
                          ": traffic may reach pods that are not warm"});
  }
  if (workload.ordered) {
    notes->push_back(
        {"OrderedStarts", "PodManagementPolicy",
         "its pods start one after the other; spec.podManagementPolicy: "
         "Parallel starts them together"});
  }
}

}  // namespace

WorkloadTarget::WorkloadTarget(WorkloadRef ref, Cluster* cluster,
                               const Clock* clock)
    : ref_(std::move(ref)), cluster_(cluster), clock_(clock) {}

void WorkloadTarget::SetPolicies(std::vector<std::string> policies,
                                 bool may_be_zero) {
  policies_ = std::move(policies);
  released_ = policies_.empty();
  if (!released_) owed_ = policies_;
  may_be_zero_ = may_be_zero;
}

void WorkloadTarget::SetHeld(
    std::shared_ptr<const std::set<std::string>> held) {
  held_ = std::move(held);
}

bool WorkloadTarget::Owes(const std::string& policy) const {
  const bool gives_back = released_ && !settled_ && !held_floor_;
  return gives_back && writes_.error(kMinimum).empty() &&
         writes_.error(kReplicas).empty() &&
         std::find(owed_.begin(), owed_.end(), policy) != owed_.end();
}

WorkloadTarget::Found WorkloadTarget::Look() {
  Found found;
  WorkloadRef workload = ref_;
  if (ref_.kind != "Deployment" && ref_.kind != "StatefulSet") {
    const auto autoscaler =
        cluster_->Autoscaler(ref_.namespace_name, ref_.kind, ref_.name);
    if (!autoscaler) {
      found.refused = "there is no " + ref_.kind + " " + ref_.name + " in " +
                      ref_.namespace_name;
      return found;
    }
    workload.kind = autoscaler->target_kind;
    workload.name = autoscaler->target_name;
    if (workload.kind != "Deployment" && workload.kind != "StatefulSet") {
      found.refused = ref_.kind + " " + ref_.name + " scales a " +
                      workload.kind +
                      "; only Deployments and StatefulSets are supported";
      return found;
    }
  }
  found.objects =
      cluster_->Workload(workload.namespace_name, workload.kind, workload.name);
  if (!found.objects.workload) {
    found.refused = "there is no " + workload.kind + " " + workload.name +
                    " in " + workload.namespace_name;
  }
  return found;
}

TargetView WorkloadTarget::Observe() {
  Found found = Look();
  TargetView view;
  view.trouble = std::move(found.refused);
  if (!found.objects.workload) {
    settled_ = released_;
    return view;
  }
  view.instances = InstancesOf(found.objects.pods);
  view.trouble = WriteFloor(found.objects);
  view.notes = notes_;
  view.writes = std::exchange(done_, {});
  gates_.Write(found.objects.pods, cluster_, &writes_, clock_->Now());
  writes_.Keep([&found](const std::string& what) {
    return what == kReplicas || what == kMinimum ||
           std::any_of(found.objects.pods.begin(), found.objects.pods.end(),
                       [&](const PodSeen& pod) {
                         return what == PodGates::WriteOf(pod) ||
                                what == CostOf(pod);
                       });
  });
  return view;
}

// What one that is held wants was wanted when that began: later marks say what
// the others want as well.
FloorPlan WorkloadTarget::Plan(const FloorSeen& seen) {
  std::vector<std::string> policies = policies_;
  bool is_held = false;
  if (seen.mark && held_ && !held_->empty()) {
    for (const std::string& name : seen.mark->policies) {
      if (held_->count(name) == 0) continue;
      is_held = true;
      policies.push_back(name);
    }
  }
  if (!is_held) {
    held_floor_.reset();
    return released_ ? PlanRelease(seen)
                     : PlanFloor(seen, wanted_.value_or(0), policies_);
  }
  if (!held_floor_) held_floor_ = seen.mark->wanted;
  std::sort(policies.begin(), policies.end());
  policies.erase(std::unique(policies.begin(), policies.end()), policies.end());
  const int wanted = released_ ? 0 : wanted_.value_or(0);
  return PlanFloor(seen, std::max(wanted, *held_floor_), policies);
}

// Answers what keeps it from that.
std::string WorkloadTarget::WriteFloor(const WorkloadObjects& objects) {
  if (!wanted_ && !released_) {
    notes_.clear();
    AddNotes(*objects.workload, &notes_);
    return "";
  }
  const SteadyTime now = clock_->Now();
  TakeDone();
  const ScaledNumber number = NumberOf(objects, kept_);
  if (!number.refused.empty()) {
    settled_ = released_;
    return number.refused;
  }
  // What was written and is not seen yet would look like somebody else's.
  const std::string& version = number.autoscaler
                                   ? number.autoscaler->id.resource_version
                                   : objects.workload->id.resource_version;
  const char* const what = number.autoscaler ? kMinimum : kReplicas;
  std::string error = writes_.error(what);
  if (!writes_.IsFree(what, version, now)) return error;
  const FloorPlan plan = Plan(number.seen);
  const bool released = released_ && !held_floor_;
  TakeNotes(objects, plan);
  settled_ = released && !plan.changes();
  if (!number.autoscaler) {
    WriteAlone(objects, plan, now);
    return error;
  }
  kept_.reset();  // the mark is in the autoscaler
  written_mark_.reset();
  if (plan.changes()) {
    asked_.erase(kMinimum);
    if (plan.write) {
      asked_[kMinimum] = FloorWriteOf(MinimumNamed(*number.autoscaler),
                                      number.seen.live, *plan.write, released);
    }
    cluster_->SetMinimum(*number.autoscaler, plan.write, plan.mark,
                         writes_.Begin(kMinimum, version));
  }
  if (released_) return error;
  const int wanted = std::max(wanted_.value_or(0), held_floor_.value_or(0));
  const int floor = std::min(wanted, number.seen.ceiling);
  const auto wake = WakeOrSleep(objects, number, floor, may_be_zero_);
  if (wake) WriteReplicas(objects, *wake, now);
  return error.empty() ? writes_.error(kReplicas) : error;
}

void WorkloadTarget::TakeDone() {
  for (const char* const what : {kReplicas, kMinimum}) {
    if (!writes_.TakeSuccess(what)) continue;
    if (what == kReplicas && written_mark_) kept_ = written_mark_;
    const auto asked = asked_.find(what);
    if (asked == asked_.end()) continue;
    done_.push_back(std::move(asked->second));
    asked_.erase(asked);
  }
}

void WorkloadTarget::WriteAlone(const WorkloadObjects& objects,
                                const FloorPlan& plan, SteadyTime now) {
  if (!plan.write) {
    kept_ = plan.mark;
    return;
  }
  if (WriteReplicas(objects, *plan.write, now)) written_mark_ = plan.mark;
}

bool WorkloadTarget::WriteReplicas(const WorkloadObjects& objects, int replicas,
                                   SteadyTime now) {
  const WorkloadSeen& workload = *objects.workload;
  const std::string& version = workload.id.resource_version;
  if (!writes_.IsFree(kReplicas, version, now)) return false;
  if (replicas < workload.replicas && !MarkBusyPods(objects, now)) return false;
  asked_[kReplicas] =
      FloorWriteOf("replicas of " + workload.kind + " " + workload.id.name,
                   workload.replicas, replicas, released_);
  cluster_->SetReplicas(workload, replicas, writes_.Begin(kReplicas, version));
  return true;
}

// False while it is not done yet. A cost that can't be written stops nothing.
bool WorkloadTarget::MarkBusyPods(const WorkloadObjects& objects,
                                  SteadyTime now) {
  if (objects.workload->kind == "StatefulSet") return true;
  bool done = true;
  for (const PodSeen& pod : objects.pods) {
    if (pod.deleting || pod.ended) continue;
    const InstanceTold* const told = gates_.Of(pod);
    const bool busy = told != nullptr && told->in_flight > 0;
    const bool marked = pod.deletion_cost == kBusyCost;
    // A cost of somebody else's is theirs.
    if (busy == marked || (pod.deletion_cost && !marked)) continue;
    const std::optional<int> cost =
        busy ? std::optional(kBusyCost) : std::nullopt;
    const std::string what = CostOf(pod);
    if (!writes_.error(what).empty()) continue;
    done = false;
    if (!writes_.IsFree(what, pod.id.resource_version, now)) continue;
    cluster_->SetDeletionCost(pod, cost,
                              writes_.Begin(what, pod.id.resource_version));
  }
  return done;
}

void WorkloadTarget::TakeNotes(const WorkloadObjects& objects,
                               const FloorPlan& plan) {
  notes_.clear();
  if (plan.conflict) {
    notes_.push_back(
        {"Conflict", "LoweredBySomebody",
         "somebody keeps it at " + std::to_string(plan.floor) +
             ", lower than what is wanted; it is left alone until something "
             "else is wanted"});
  }
  if (plan.capped) {
    notes_.push_back({"FloorCapped", "MaxReplicas",
                      "the autoscaler's maximum allows " +
                          std::to_string(plan.floor) + " of them"});
  }
  AddNotes(*objects.workload, &notes_);
}

Status WorkloadTarget::Scale(int replicas,
                             const std::vector<std::string>& /*dispensable*/) {
  wanted_ = replicas;
  const Found found = Look();
  if (found.objects.workload) (void)WriteFloor(found.objects);
  return Ok{};
}

Status WorkloadTarget::Replace(const std::string& id) {
  const Found found = Look();
  for (const PodSeen& pod : found.objects.pods) {
    if (pod.deleting || InstanceIdOf(pod) != id) continue;
    const std::string what = "delete " + pod.id.uid;
    if (!writes_.IsFree(what, pod.id.resource_version, clock_->Now())) continue;
    cluster_->DeletePod(pod, writes_.Begin(what, pod.id.resource_version));
  }
  return Ok{};
}

void WorkloadTarget::Tell(const std::vector<InstanceTold>& told) {
  gates_.Tell(told);
}

bool WorkloadTarget::Idle() const { return released_ && settled_; }

}  // namespace prewarm
