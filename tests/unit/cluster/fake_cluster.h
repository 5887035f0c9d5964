// A cluster in memory: writes are done, or fail, when the test delivers them,
// and are refused where what they were based on has changed.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "warmup-controller/cluster/cluster.h"

namespace prewarm {

class FakeCluster : public Cluster {
 public:
  WorkloadObjects Workload(const std::string& /*namespace_name*/,
                           const std::string& kind,
                           const std::string& name) override {
    WorkloadObjects found;
    if (kind != workload.kind || name != workload.id.name) return found;
    found.workload = workload;
    found.autoscalers = autoscalers;
    found.pods = pods;
    found.of_unseen = of_unseen;
    return found;
  }
  std::optional<AutoscalerSeen> Autoscaler(const std::string& /*namespace*/,
                                           const std::string& kind,
                                           const std::string& name) override {
    for (const AutoscalerSeen& one : autoscalers) {
      if (one.kind == kind && one.id.name == name) return one;
    }
    return std::nullopt;
  }
  std::vector<PodSeen> LoosePods(const std::string& /*namespace*/) override {
    return pods;
  }
  void SetReplicas(const WorkloadSeen& seen, int replicas, Done done) override {
    log.push_back("replicas " + std::to_string(replicas));
    Enqueue(&workload.id, seen.id, std::move(done),
            [this, replicas] { workload.replicas = replicas; });
  }
  void SetMinimum(const AutoscalerSeen& seen, std::optional<int> minimum,
                  const std::optional<FloorMark>& mark, Done done) override {
    log.push_back("minimum " + (minimum ? std::to_string(*minimum) : "-") +
                  (mark ? " marked" : ""));
    AutoscalerSeen& live = autoscalers.at(0);
    Enqueue(&live.id, seen.id, std::move(done), [&live, minimum, mark] {
      if (minimum) live.min = *minimum;
      live.mark.reset();
      if (mark) live.mark = MarkText(*mark);
    });
  }
  void SetWarm(const PodSeen& seen, const WarmCondition& warm,
               Done done) override {
    log.push_back(seen.id.name + (warm.is_true ? " warm" : " cold"));
    PodSeen& live = PodNamed(seen.id.name);
    Enqueue(&live.id, seen.id, std::move(done),
            [&live, warm] { live.warm = warm; });
  }
  void SetDeletionCost(const PodSeen& seen, std::optional<int> cost,
                       Done done) override {
    log.push_back(seen.id.name + " cost " +
                  (cost ? std::to_string(*cost) : "-"));
    PodSeen& live = PodNamed(seen.id.name);
    Enqueue(&live.id, seen.id, std::move(done),
            [&live, cost] { live.deletion_cost = cost; });
  }
  void DeletePod(const PodSeen& seen, Done done) override {
    log.push_back("delete " + seen.id.name);
    PodSeen& live = PodNamed(seen.id.name);
    Enqueue(&live.id, seen.id, std::move(done),
            [&live] { live.deleting = true; });
  }

  // What was asked for since the last time.
  std::vector<std::string> TakeLog() { return std::exchange(log, {}); }
  // All writes that wait; `fails`: none of them is done.
  void Deliver() {
    for (const auto& write : std::exchange(waiting_, {})) write();
  }
  // Somebody else changes an object.
  void Touch(ObjectId* id) {
    id->resource_version = std::to_string(++version_);
  }

  PodSeen& PodNamed(const std::string& name) {
    for (PodSeen& pod : pods) {
      if (pod.id.name == name) return pod;
    }
    static PodSeen none;
    return none;
  }
  PodSeen& AddPod(const std::string& name) {
    PodSeen pod;
    pod.id = {"shop", name, "uid-" + name, "1"};
    pod.ip = "10.244.0." + std::to_string(pods.size() + 1);
    pod.ports = {{"admin", 9091}};
    pod.first_port = 8080;
    pod.gated = true;
    pod.container_id = "containerd://" + name + "-1";
    pods.push_back(pod);
    return pods.back();
  }
  void AddAutoscaler(const std::string& kind, int min, int max) {
    AutoscalerSeen one;
    one.id = {"shop", "scaler", "uid-scaler", "1"};
    one.kind = kind;
    one.target_kind = workload.kind;
    one.target_name = workload.id.name;
    one.min = min;
    one.max = max;
    autoscalers.push_back(one);
  }

  WorkloadSeen workload;
  std::vector<AutoscalerSeen> autoscalers;
  std::vector<PodSeen> pods;
  std::string of_unseen;
  std::string fails;  // what every write ends with; "": well
  ErrorCode fails_with = ErrorCode::kUnavailable;
  std::vector<std::string> log;

 private:
  void Enqueue(ObjectId* live, const ObjectId& seen, Done done,
               std::function<void()> apply) {
    waiting_.push_back([this, live, version = seen.resource_version,
                        done = std::move(done), apply = std::move(apply)] {
      if (!fails.empty()) {
        done(MakeError(fails_with, fails));
      } else if (live->resource_version != version) {
        done(MakeError(ErrorCode::kConflict, "it has changed"));
      } else {
        apply();
        Touch(live);
        done(Ok{});
      }
    });
  }

  int version_ = 100;
  std::vector<std::function<void()>> waiting_;
};

}  // namespace prewarm
