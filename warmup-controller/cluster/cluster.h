// The cluster as a target sees and changes it: a seam for tests.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "warmup-controller/cluster/objects.h"
#include "warmup-controller/floor/floor_mark.h"

namespace prewarm {

// What there is of a workload and of all that scales it.
struct WorkloadObjects {
  std::optional<WorkloadSeen> workload;
  std::vector<AutoscalerSeen> autoscalers;  // HPAs that KEDA made left out
  std::vector<PodSeen> pods;                // that the workload owns
  // The HPA that KEDA made for it, where its ScaledObject is not seen; "":
  // none.
  std::string of_unseen;
};

// Calls from one thread; `done` comes from any thread and must not block.
class Cluster {
 public:
  using Done = std::function<void(const Status&)>;

  virtual ~Cluster() = default;
  // Out of caches. `kind`: Deployment or StatefulSet.
  virtual WorkloadObjects Workload(const std::string& namespace_name,
                                   const std::string& kind,
                                   const std::string& name) = 0;
  virtual std::optional<AutoscalerSeen> Autoscaler(
      const std::string& namespace_name, const std::string& kind,
      const std::string& name) = 0;

  // With the gate, owned by no Deployment or StatefulSet, and not on the host's
  // network.
  virtual std::vector<PodSeen> LoosePods(const std::string& namespace_name) = 0;

  // All guarded by what was seen: kConflict where it has changed since.
  virtual void SetReplicas(const WorkloadSeen& workload, int replicas,
                           Done done) = 0;
  // In one write, the mark (unset: none) and, where set, the minimum.
  virtual void SetMinimum(const AutoscalerSeen& autoscaler,
                          std::optional<int> minimum,
                          const std::optional<FloorMark>& mark, Done done) = 0;
  virtual void SetWarm(const PodSeen& pod, const WarmCondition& warm,
                       Done done) = 0;
  virtual void SetDeletionCost(const PodSeen& pod, std::optional<int> cost,
                               Done done) = 0;
  virtual void DeletePod(const PodSeen& pod, Done done) = 0;
};

}  // namespace prewarm
