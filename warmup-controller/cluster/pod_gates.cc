#include "warmup-controller/cluster/pod_gates.h"

#include "warmup-controller/cluster/gate_plan.h"
#include "warmup-controller/cluster/pod_instances.h"

namespace prewarm {
namespace {

PodWarmth WarmthOf(const InstanceTold& told) {
  PodWarmth warmth;
  if (told.warm) {
    warmth.phase = Instance::Phase::kWarm;
  } else if (told.is_ready) {
    warmth.phase = Instance::Phase::kCold;
  }
  warmth.failures = told.failures;
  warmth.lapses = told.lapses;
  warmth.says_ready = told.is_ready;
  warmth.instance_id = told.process;
  warmth.error = told.error;
  return warmth;
}

}  // namespace

void PodGates::Tell(const std::vector<InstanceTold>& told) {
  told_.clear();
  for (const InstanceTold& one : told) told_[one.id] = one;
}

const InstanceTold* PodGates::Of(const PodSeen& pod) const {
  const auto found = told_.find(InstanceIdOf(pod));
  return found == told_.end() ? nullptr : &found->second;
}

void PodGates::Write(const std::vector<PodSeen>& pods, Cluster* cluster,
                     PendingWrites* writes, SteadyTime now) const {
  for (const PodSeen& pod : pods) {
    if (!pod.gated || pod.host_network) continue;
    const InstanceTold* const told = Of(pod);
    const auto planned =
        PlanGate(pod, told != nullptr ? WarmthOf(*told) : PodWarmth());
    const std::string& version = pod.id.resource_version;
    if (!planned || !writes->IsFree(WriteOf(pod), version, now)) continue;
    cluster->SetWarm(pod, *planned, writes->Begin(WriteOf(pod), version));
  }
}

}  // namespace prewarm
