// The controller in a cluster: keeps the loop's policies and targets in step
// with the objects, and the objects' status in step with the loop.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <set>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "warmup-controller/cluster/loose_pods.h"
#include "warmup-controller/cluster/pending_writes.h"
#include "warmup-controller/kube/api.h"
#include "warmup-controller/kube/event_writer.h"
#include "warmup-controller/kube/informer.h"
#include "warmup-controller/kube/leader_machine.h"
#include "warmup-controller/operate/api_cluster.h"
#include "warmup-controller/operate/calendar_book.h"
#include "warmup-controller/operate/event_teller.h"
#include "warmup-controller/operate/finalizer.h"
#include "warmup-controller/operate/history_keeper.h"
#include "warmup-controller/operate/keda_finder.h"
#include "warmup-controller/operate/lost_floors.h"
#include "warmup-controller/operate/policy_object.h"
#include "warmup-controller/operate/roster.h"
#include "warmup-controller/operate/status_writer.h"
#include "warmup-controller/reconcile/controller.h"
#include "warmup-controller/record/record.h"

namespace prewarm {

// All outlive the operator.
struct OperatorParts {
  kube::Api* api = nullptr;
  OperatorMetrics* metrics = nullptr;
  ControllerParts loop;
  RecordBook* record = nullptr;  // unset: of a controller without a dashboard
};

struct OperatorOptions {
  ApiClusterOptions cluster;
  ControllerOptions controller;
  std::string instance;  // who tells by events: the pod's name
  // A ConfigMap for what the next leader should know.
  std::string state_namespace;
  std::string state_name;
  // Every lead has room for a standby to take over.
  kube::LeaderTimes election;
};

class Operator {
 public:
  Operator(const OperatorParts& parts, const OperatorOptions& options);
  ~Operator();

  // Caches are kept from now on, also by one that does not lead.
  void Start();
  // Until they hold what the server has; the error says what can't be read.
  Status WaitUntilSynced(std::chrono::milliseconds patience);
  // Of one that leads: does all that is due; see Controller::Step.
  SteadyTime Step();
  // What the next leader should know, at once: of one that still leads and is
  // to end. Blocks for a call.
  void Save();
  // The newest spec of some policy is not in force.
  bool refuses() const;
  const std::shared_ptr<Inbox>& inbox() const { return controller_.inbox(); }

 private:
  // What a status was made of.
  struct Shown {
    std::shared_ptr<const PolicyObject> object;
    std::shared_ptr<const PolicyStatus> policy;
    std::shared_ptr<const TargetStatus> target;
    std::optional<FloorMark> mark;
    std::string refused;

    bool operator==(const Shown& other) const {
      return object == other.object && policy == other.policy &&
             target == other.target && mark == other.mark &&
             refused == other.refused;
    }
  };
  struct Known {
    std::shared_ptr<const PolicyObject> object;
    std::optional<PolicySetup> setup;  // of the last spec that was one
    std::int64_t generation = 0;       // of that spec
    std::string refused;
    std::set<std::string> maps;  // of its calendars, as "namespace/name"
    // When their days are to be looked at from another today; unset: it has
    // none.
    std::optional<SteadyTime> again;
    Instant refused_since;
    // The last one that has arrived.
    std::optional<Shown> shown;
  };

  void Changed();
  void FindKeda(SteadyTime now);
  void Adopt();
  std::set<std::string> HeldPolicies() const;
  void ReadPolicies();
  void Read(const std::shared_ptr<const PolicyObject>& object, Known* known);
  std::shared_ptr<WorkloadTarget> TargetFor(
      const std::string& key, const RosterTarget& roster,
      const std::set<std::string>& held_before);
  bool Recall();
  void Remember(SteadyTime now);
  History Remembered() const;
  std::set<std::string> Budgeted() const;
  void FollowEvents();
  void Finalize();
  bool IsRestored(const std::string& policy) const;
  void TellWhatStays(const std::string& policy);
  void WriteStatus();
  void ShowQueues();
  void ShowPolicy(const Shown& made, Known* known);
  bool Tell(const PolicyObject& object, const nlohmann::json& status);
  // With its newest status, which is no reason to read it again.
  std::shared_ptr<const PolicyObject> Newest(const Known& known) const;

  const OperatorParts parts_;
  const Clock& clock_;
  std::atomic<bool> changed_{true};
  std::unique_ptr<kube::Informer<PolicyObject>> policies_;
  ApiCluster cluster_;
  KedaFinder keda_;
  kube::EventWriter events_;
  EventTeller teller_;
  Controller controller_;
  StatusWriter statuses_;
  HistoryKeeper keeper_;
  bool recalled_ = false;
  bool looked_ = false;
  std::map<std::string, Known> known_;  // by "namespace/name"
  Roster roster_;
  // Those that leave stay until they are gone.
  std::map<std::string, std::shared_ptr<WorkloadTarget>> targets_;
  LostFloors lost_;
  std::map<std::string, std::shared_ptr<LoosePods>> loose_;
  PendingWrites finalizing_;  // by uid
  std::shared_ptr<const ControllerStatus> written_;
  std::optional<SteadyTime> adopted_;
  SteadyTime::duration crowd_{0};  // what comes within it is adopted together
  WorkerPool chores_;
  CalendarBook calendars_;  // ends first: it tells of news
};

}  // namespace prewarm
