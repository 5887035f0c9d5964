// The loop: what is observed, what follows from it, and its doing. Decisions
// are decide/'s; here are only their order and their bookkeeping.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "common/base/clock.h"
#include "warmup-controller/decide/write_order.h"
#include "warmup-controller/intent/intent_table.h"
#include "warmup-controller/reconcile/due_load.h"
#include "warmup-controller/reconcile/history.h"
#include "warmup-controller/reconcile/inbox.h"
#include "warmup-controller/reconcile/loop_events.h"
#include "warmup-controller/reconcile/outlook.h"
#include "warmup-controller/reconcile/target_track.h"
#include "warmup-controller/reconcile/write_gate.h"
#include "warmup-controller/report/status.h"

namespace prewarm {

// All outlive the controller.
struct ControllerParts {
  Warmer* warmer = nullptr;
  IntentTable* intents = nullptr;
  StatusBoard* board = nullptr;
  LoopEvents* events = nullptr;
  const Clock* clock = &Clock::System();
  OutlookBoard* outlooks = nullptr;  // nobody plans further
};

struct ControllerOptions {
  WriteRate writes;
  std::chrono::seconds failover{0};  // part of every lead
};

// Only one thread uses it, except for inbox().
class Controller {
 public:
  Controller(const ControllerParts& parts, const ControllerOptions& options);
  ~Controller();

  // From now on these. `targets`, by TargetKey::Full(), has the one of every
  // policy. What it knows of policies and targets that it had before it keeps,
  // of targets if they are the same objects; targets that are no more leave.
  // kInvalidArgument: a policy without a target; then nothing has changed.
  Status Adopt(std::vector<PolicySetup> policies,
               const std::map<std::string, std::shared_ptr<Target>>& targets);

  // Does all that is due. Without news there is nothing to do until the time
  // that it answers, a second at most.
  SteadyTime Step();
  // Lets go of everything; Step no more. True once nothing is left of it.
  void LetGo();
  bool IsGone();

  // What a restart should know; see history.h.
  History Remembered() const;
  void Remember(const History& history);

  const std::shared_ptr<Inbox>& inbox() const { return inbox_; }

 private:
  struct Moment {
    SteadyTime steady;
    WallTime wall;
    Instant now;      // this second
    Instant soonest;  // the first whole second not before this moment
  };
  // A target that is let go of.
  struct Leaving {
    TargetKey key;
    std::shared_ptr<Target> target;
  };
  Moment MomentNow() const;
  void NoticeSteps(const Moment& at);
  void ReadNews(const Moment& at);
  std::vector<TargetTrack*> DueTargets(const Moment& at);
  void Visit(TargetTrack* target, const Moment& at);
  void SeeThemLeave();
  void DecideTarget(TargetTrack* target, const Moment& at);
  void Forecast(TargetTrack* target, PolicyTrack* policy, const Moment& at);
  void Care(TargetTrack* target, const Moment& at);
  void Call(TargetTrack* target, std::size_t index, const Policy& policy,
            const Moment& at);
  void Write(const Moment& at);
  int TurnsHad(const PendingWrite& write) const;
  void Look(TargetTrack* target, std::size_t instances, const Moment& at);
  void Publish(const Moment& at);
  SteadyTime NextVisit(const TargetTrack& target, const Moment& at) const;
  SteadyTime NextStep(const Moment& at) const;
  void SetUpLoad();
  void SetUpIntents();
  void Recall(const std::string& key, TargetTrack* target);
  void Recall(PolicyTrack* policy);

  const ControllerParts parts_;
  const ControllerOptions options_;
  const std::shared_ptr<Inbox> inbox_ = std::make_shared<Inbox>();
  std::map<std::string, std::unique_ptr<PolicyTrack>> policies_;
  std::map<std::string, std::unique_ptr<TargetTrack>> targets_;
  std::multimap<std::string, TargetTrack*> by_short_key_;
  std::set<TargetTrack*> unwritten_;  // that wait for their write
  std::vector<Leaving> leaving_;
  WriteGate gate_;
  DueLoad load_;
  std::optional<SteadyTime> next_token_;
  // Of namespaces, while writes wait: see PendingWrite::turns_had.
  std::map<std::tuple<bool, Instant, std::string>, int> turns_;
  std::size_t decisions_ = 0;
  std::size_t waiting_writes_ = 0;
  // Whose status has to be told anew; see Publish.
  std::set<std::string> changed_;
  std::map<std::string, std::shared_ptr<const PolicyStatus>> told_policies_;
  std::map<std::string, std::shared_ptr<const TargetStatus>> told_targets_;
  std::optional<SteadyTime> published_;
  std::optional<Moment> before_;
  History remembered_;  // of policies and targets that are not there, too
};

}  // namespace prewarm
