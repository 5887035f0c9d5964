// What of a cluster is ours and has to be given back. Pure.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "warmup-controller/cluster/objects.h"
#include "warmup-controller/operate/policy_object.h"

namespace prewarm {

struct Installed {
  std::vector<PolicyObject> policies;
  std::vector<AutoscalerSeen> autoscalers;
  std::vector<WorkloadSeen> workloads;
  std::vector<PodSeen> busy_pods;  // whose deletion cost we have written
};

// The mark goes, and where the number is ours it is again what it was.
struct GiveMinimumBack {
  AutoscalerSeen autoscaler;
  std::optional<int> minimum;
};
struct TakeFinalizerAway {
  PolicyObject policy;
};
struct TakeCostAway {
  PodSeen pod;
};

struct ReleaseStep {
  std::variant<GiveMinimumBack, TakeFinalizerAway, TakeCostAway> what;
  std::string says;  // "shop/HorizontalPodAutoscaler/a: minReplicas 3 -> 1"
};

struct ReleasePlan {
  // All can be done in any order; what depends on them comes with the next
  // plan. None: all is given back.
  std::vector<ReleaseStep> steps;
  std::vector<std::string> remarks;  // what stays as it is, and should be known
};

// `policy`: "namespace/name" of the only one that lets go; "": all do.
ReleasePlan PlanReleaseOf(const Installed& installed,
                          const std::string& policy);

}  // namespace prewarm
