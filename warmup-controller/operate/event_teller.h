// Tells by Events on policies what the loop sees and does.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "warmup-controller/kube/event_writer.h"
#include "warmup-controller/operate/policy_object.h"
#include "warmup-controller/reconcile/loop_events.h"

namespace prewarm {

// Everything that the loop tells goes on to `next`. Never blocks. Of the loop's
// thread.
class EventTeller : public LoopEvents {
 public:
  // By now who leads knows of what it has found.
  static constexpr std::chrono::seconds kSettled{60};

  // All outlive it.
  EventTeller(kube::EventWriter* events, LoopEvents* next, const Clock* clock)
      : events_(events), next_(next), clock_(clock) {}

  // Policies by "namespace/name" whose objects there are, and who means a
  // target, by TargetKey::Full(). Of a target that nobody means any more those
  // count who did last, as long as they are there.
  void Follow(std::map<std::string, kube::EventObject> policies,
              const std::map<std::string, std::vector<std::string>>& targets);
  // The status of a policy, whenever it may have changed. The first one is
  // compared with what the object had. True: the same again would tell nothing.
  bool Tell(const PolicyObject& object, const nlohmann::json& status);

  // Of a policy that goes: this stays as it has raised it.
  void NotRestored(const std::string& policy, const std::string& what) {
    Note(policy, true, "NotRestored", what);
  }

  void CauseChanged(const Policy& policy, const FloorNow& floor) override {
    next_->CauseChanged(policy, floor);
  }
  void WarmupEnded(const TargetKey& target, const WarmupEnd& end) override {
    next_->WarmupEnded(target, end);
  }
  void Replaced(const TargetKey& target, const std::string& instance,
                const std::string& why, const Status& done) override;
  void TroubleChanged(const TargetKey& target,
                      const std::string& trouble) override {
    next_->TroubleChanged(target, trouble);
  }
  void Noted(const TargetKey& target, const std::string& what) override {
    next_->Noted(target, what);
  }
  void Wrote(const TargetKey& target, int floor, const Status& done) override {
    next_->Wrote(target, floor, done);
  }
  void FloorWritten(const TargetKey& target, const FloorWrite& write) override;
  void OpeningJudged(const Policy& policy, const Judged& judged) override;
  void Stepped(std::chrono::microseconds took, std::size_t decisions,
               std::size_t waiting_writes) override {
    next_->Stepped(took, decisions, waiting_writes);
  }

 private:
  struct Told {
    std::string uid;
    nlohmann::json part;
  };

  void Note(const std::string& policy, bool warning, const std::string& reason,
            const std::string& message);
  void NoteTo(const TargetKey& target, bool warning, const std::string& reason,
              const std::string& message);

  kube::EventWriter* const events_;
  LoopEvents* const next_;
  const Clock* const clock_;
  std::optional<SteadyTime> began_;
  std::map<std::string, kube::EventObject> policies_;
  std::map<std::string, std::vector<std::string>> targets_;
  std::map<std::string, Told> told_;
};

}  // namespace prewarm
