// Instances that are processes of this machine: started, restarted, stopped.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "warmup-controller/policy/local_targets.h"
#include "warmup-controller/targets/machine.h"
#include "warmup-controller/targets/process_ledger.h"
#include "warmup-controller/targets/target.h"

namespace prewarm {

// One that exits by itself is started again, after a pause that doubles from
// kFirstPause to kLongestPause unless it has run for kStable. A stop is
// SIGTERM, and SIGKILL after the declared time. Ids are NAME-SLOT.START.
class LocalProcesses : public Target {
 public:
  // `machine` and `clock` outlive it. What still runs in the end is killed.
  LocalProcesses(LocalProcess declared, Machine* machine, const Clock* clock,
                 std::shared_ptr<ProcessLedger> ledger =
                     std::make_shared<ProcessLedger>());
  ~LocalProcesses() override;
  LocalProcesses(const LocalProcesses&) = delete;
  LocalProcesses& operator=(const LocalProcesses&) = delete;

  // `trouble` is the last start that failed, until one succeeds, or the last
  // exit, until the next start has run for kStable.
  TargetView Observe() override;
  // Starts and stops at once; what is beyond the ports is `trouble`. Where
  // there are more, those that wait for their start go first, then the
  // dispensable, then the newest.
  Status Scale(int replicas,
               const std::vector<std::string>& dispensable) override;
  // The new one starts beside the old one, or after it where no port is free.
  Status Replace(const std::string& id) override;
  bool Idle() const override { return slots_.empty(); }

  const LocalProcess& declared() const { return declared_; }

  static constexpr std::chrono::seconds kFirstPause{1};
  static constexpr std::chrono::seconds kLongestPause{60};
  static constexpr std::chrono::seconds kStable{60};

 private:
  // A place for one instance, from start to start until one is stopped.
  struct Slot {
    int number = 0;
    int start = 0;               // which of its starts
    std::optional<int> process;  // runs
    std::vector<int> ports;      // of the process
    SteadyTime began{};          // of the process
    SteadyTime again{};          // without a process: when to start one
    int failures = 0;            // starts that failed, exits: in a row
    std::string trouble;
    SteadyTime troubled{};              // since when
    bool start_failed = false;          // it is what the trouble tells
    std::optional<SteadyTime> kill_at;  // it was told to stop
    bool killed = false;
  };

  void Add(SteadyTime now);
  void StartDue(SteadyTime now);
  void StartOne(Slot* slot, SteadyTime now);
  void Stop(Slot* slot, SteadyTime now);
  void Reap(Slot* slot, SteadyTime now);
  // Those that were stopped and have ended.
  void Sweep();
  // What is to be said of it, in addition to when it starts again.
  void Fail(Slot* slot, const std::string& what, SteadyTime now);
  std::vector<int> FreePorts() const;
  std::vector<Slot*> InOrderOfStop(const std::vector<std::string>& dispensable);
  std::string IdOf(const Slot& slot) const;
  InstanceSeen Seen(const Slot& slot) const;
  int staying() const;

  const LocalProcess declared_;
  Machine* const machine_;
  const Clock* const clock_;
  const std::shared_ptr<ProcessLedger> ledger_;
  std::vector<Slot> slots_;        // by number
  std::string shortage_;           // of ports, for what was asked for
  std::vector<std::string> news_;  // not told yet
};

}  // namespace prewarm
