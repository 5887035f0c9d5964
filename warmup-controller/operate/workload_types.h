// Of the objects whose instances are gated and scaled.
#pragma once

#include "warmup-controller/kube/resource.h"

namespace prewarm {

inline const kube::ResourceType kDeployments{"apps", "v1", "deployments"};
inline const kube::ResourceType kStatefulSets{"apps", "v1", "statefulsets"};
inline const kube::ResourceType kReplicaSets{"apps", "v1", "replicasets"};
inline const kube::ResourceType kPods{"", "v1", "pods"};

}  // namespace prewarm
