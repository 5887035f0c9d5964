// Instances that are processes of this machine: started, restarted, stopped.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "warmup-controller/policy/local_targets.h"
#include "warmup-controller/targets/machine.h"
#include "warmup-controller/targets/target.h"

namespace prewarm {

// One that exits by itself is started again, after a pause that doubles from
// kFirstPause to kLongestPause unless it has run for kStable. A stop is
// SIGTERM, and SIGKILL after the declared time. Ids are NAME-SLOT.START.
class LocalProcesses : public Target {
 public:
  // `machine` and `clock` outlive it. What still runs in the end is killed.
  LocalProcesses(LocalProcess declared, Machine* machine, const Clock* clock);
  ~LocalProcesses() override;
  LocalProcesses(const LocalProcesses&) = delete;
  LocalProcesses& operator=(const LocalProcesses&) = delete;

  TargetView Observe() override;
  // kUnavailable: there are not so many ports.
  Status Scale(int replicas,
               const std::vector<std::string>& dispensable) override;
  Status Replace(const std::string& id) override;
  bool Idle() const override { return slots_.empty(); }

  const LocalProcess& declared() const { return declared_; }

  static constexpr std::chrono::seconds kFirstPause{1};
  static constexpr std::chrono::seconds kLongestPause{60};
  static constexpr std::chrono::seconds kStable{60};

 private:
  // A place for one instance, from start to start.
  struct Slot {
    int number = 0;
    int start = 0;                      // which of its starts
    std::optional<int> process;         // runs
    std::vector<int> ports;             // of the process
    SteadyTime began{};                 // of the process
    SteadyTime again{};                 // without a process: when to start one
    int failures = 0;                   // ends by itself in a row
    std::optional<SteadyTime> kill_at;  // it was told to stop
    bool killed = false;
    bool leaves = false;  // no start follows the stop
  };

  void Reap(Slot* slot, SteadyTime now);
  void StartOne(Slot* slot, SteadyTime now);
  void Stop(Slot* slot, bool leaves, SteadyTime now);
  std::vector<int> FreePorts();
  std::string IdOf(const Slot& slot) const;
  std::string LogOf(const Slot& slot) const;
  std::string UrlAt(int port) const;
  int staying() const;

  const LocalProcess declared_;
  Machine* const machine_;
  const Clock* const clock_;
  std::vector<Slot> slots_;  // by number
  std::string trouble_;
  std::vector<int> starts_;  // of each slot's number, for ever
};

}  // namespace prewarm
