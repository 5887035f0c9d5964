#include "warmup-controller/cluster/loose_pods.h"

#include <algorithm>

#include "warmup-controller/cluster/pod_instances.h"

namespace prewarm {

TargetView LoosePods::Observe() {
  const std::vector<PodSeen> pods = cluster_->LoosePods(namespace_name_);
  TargetView view;
  view.instances = InstancesOf(pods);
  gates_.Write(pods, cluster_, &writes_, clock_->Now());
  writes_.Keep([&pods](const std::string& what) {
    return std::any_of(pods.begin(), pods.end(), [&](const PodSeen& pod) {
      return what == PodGates::WriteOf(pod);
    });
  });
  return view;
}

}  // namespace prewarm
