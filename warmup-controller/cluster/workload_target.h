// A Deployment or StatefulSet, alone or with what scales it, as a target.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "warmup-controller/cluster/cluster.h"
#include "warmup-controller/cluster/pending_writes.h"
#include "warmup-controller/cluster/pod_gates.h"
#include "warmup-controller/cluster/scaled_number.h"
#include "warmup-controller/targets/target.h"

namespace prewarm {

// What a policy refers to: a workload, or an autoscaler and so its workload.
struct WorkloadRef {
  std::string namespace_name;
  std::string kind;
  std::string name;
};

// Level-based: each Observe compares what there is with what should be, and
// writes the difference, once. What others write in between is theirs.
class WorkloadTarget : public Target {
 public:
  // Both outlive it, and every write of the cluster.
  WorkloadTarget(WorkloadRef ref, Cluster* cluster, const Clock* clock);

  TargetView Observe() override;
  // At least so many; others may want more.
  Status Scale(int replicas,
               const std::vector<std::string>& dispensable) override;
  // Deletes the pod: its owner makes another one.
  Status Replace(const std::string& id) override;
  void Tell(const std::vector<InstanceTold>& told) override;
  bool Idle() const override;

  const WorkloadRef& ref() const { return ref_; }
  // Whether a policy that is to go should stay for what is given back here. Not
  // where that fails: what is written says itself for whom.
  bool Owes(const std::string& policy) const;
  // For whom it is scaled, and whether no floor means no replicas at all.
  void SetPolicies(std::vector<std::string> policies, bool may_be_zero);
  // Policies that are there and can't be used now. As long as the mark names
  // one of them its floor stays, at least, whoever else comes or goes.
  void SetHeld(std::shared_ptr<const std::set<std::string>> held);
  // Gives back what it has raised, from now on; Idle once it has. So does one
  // without policies.
  void Leave() override { released_ = true; }
  // Of a workload that only we scale: to be kept over a restart, where the
  // workload itself has no place for it.
  const std::optional<FloorMark>& kept_mark() const { return kept_; }
  void RestoreMark(const FloorMark& mark) { kept_ = mark; }

 private:
  struct Found {
    WorkloadObjects objects;
    std::string refused;
  };
  Found Look();
  FloorPlan Plan(const FloorSeen& seen);
  void TakeDone();
  std::string WriteFloor(const WorkloadObjects& objects);
  void WriteAlone(const WorkloadObjects& objects, const FloorPlan& plan,
                  SteadyTime now);
  // False: not now.
  bool WriteReplicas(const WorkloadObjects& objects, int replicas,
                     SteadyTime now);
  bool MarkBusyPods(const WorkloadObjects& objects, SteadyTime now);
  void TakeNotes(const WorkloadObjects& objects, const FloorPlan& plan);

  const WorkloadRef ref_;
  Cluster* const cluster_;
  const Clock* const clock_;
  std::vector<std::string> policies_;
  std::vector<std::string> owed_;  // the last ones that it had
  std::shared_ptr<const std::set<std::string>> held_;
  std::optional<int> held_floor_;  // set: it is held
  bool may_be_zero_ = true;
  std::optional<int> wanted_;  // unset: nobody has said anything yet
  bool released_ = false;
  bool settled_ = false;  // of the release: all is given back
  std::optional<FloorMark> kept_;
  std::optional<FloorMark> written_mark_;    // of the write that is on its way
  std::map<std::string, FloorWrite> asked_;  // of writes on their way
  std::vector<FloorWrite> done_;             // not told yet
  std::vector<TargetNote> notes_;            // of the last plan
  PodGates gates_;
  PendingWrites writes_;
};

}  // namespace prewarm
