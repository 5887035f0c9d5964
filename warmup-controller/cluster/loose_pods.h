// Pods with the gate that no Deployment or StatefulSet owns, of one namespace:
// those that somebody made by hand, and those of Jobs, of other controllers'
// ReplicaSets, of kinds that nobody here knows. They are proved, so that
// traffic comes, and nothing else: not scaled, and never deleted, since nobody
// may make them again.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "common/base/clock.h"
#include "warmup-controller/cluster/pod_gates.h"

namespace prewarm {

class LoosePods : public Target {
 public:
  // Both outlive it, and every write of the cluster.
  LoosePods(std::string namespace_name, Cluster* cluster, const Clock* clock)
      : namespace_name_(std::move(namespace_name)),
        cluster_(cluster),
        clock_(clock) {}

  TargetView Observe() override;
  Status Scale(int /*replicas*/,
               const std::vector<std::string>& /*dispensable*/) override {
    return Ok{};
  }
  Status Replace(const std::string& /*id*/) override { return Ok{}; }
  void Tell(const std::vector<InstanceTold>& told) override {
    gates_.Tell(told);
  }
  void Leave() override {}
  bool Idle() const override { return true; }

 private:
  const std::string namespace_name_;
  Cluster* const cluster_;
  const Clock* const clock_;
  PodGates gates_;
  PendingWrites writes_;
};

}  // namespace prewarm
