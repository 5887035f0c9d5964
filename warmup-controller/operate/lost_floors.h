// Gives back what autoscalers were raised to where no policy keeps it any more.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "warmup-controller/cluster/cluster.h"
#include "warmup-controller/cluster/pending_writes.h"
#include "warmup-controller/reconcile/target_key.h"
#include "warmup-controller/targets/target.h"

namespace prewarm {

// Of autoscalers alone, by their marks: also where the workload is gone, where
// two scale it, or where KEDA pauses. Of the loop's thread.
class LostFloors {
 public:
  // Both outlive it, and every write of the cluster.
  LostFloors(Cluster* cluster, const Clock* clock)
      : cluster_(cluster), clock_(clock) {}

  struct Given {
    TargetKey target;  // the workload that it scales
    FloorWrite write;
  };

  // From now on these; see LostMarks.
  void Follow(const std::vector<AutoscalerSeen>& lost);
  // Writes what is to be written, and answers what was since the last time.
  std::vector<Given> GiveBack();
  // Something that this policy has raised is not given back yet, and may be.
  bool Owes(const std::string& policy) const;
  // What of it stays as it is because the server refuses every such write, a
  // sentence each. It is tried for ever, but nobody waits for it.
  std::vector<std::string> Refused(const std::string& policy) const;
  // By their marks, for the workloads that are scaled: by TargetKey::Full().
  std::map<std::string, std::vector<std::string>> Policies() const;

 private:
  struct Floor {
    AutoscalerSeen seen;
    std::vector<std::string> policies;  // by its mark, while there is one
    std::optional<FloorWrite> asked;    // on its way
    int failures = 0;                   // that were logged
    bool followed = true;  // else it only waits for the end of that
  };
  void LogFailure(const std::string& key, Floor* floor) const;
  std::string Refusal(const std::string& key, const Floor& floor) const;

  Cluster* const cluster_;
  const Clock* const clock_;
  std::map<std::string, Floor> floors_;  // by "namespace/kind/name"
  PendingWrites writes_;
};

}  // namespace prewarm
