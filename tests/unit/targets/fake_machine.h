// A machine whose processes end when a test says so.
#pragma once

#include <signal.h>

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/base/clock.h"
#include "warmup-controller/targets/machine.h"

namespace prewarm {

class HandClock : public Clock {
 public:
  SteadyTime Now() const override { return now; }
  WallTime WallNow() const override { return {}; }
  SteadyTime now = SteadyTime() + std::chrono::hours(1);
};

class FakeMachine : public Machine {
 public:
  Result<int> Start(const ProcessStart& start) override {
    if (!start_error.empty()) {
      return MakeError(ErrorCode::kUnavailable, start_error);
    }
    starts.push_back(start);
    return static_cast<int>(starts.size());
  }
  std::optional<ProcessEnd> Ended(int process) override {
    const auto found = ends.find(process);
    return found == ends.end() ? std::nullopt
                               : std::optional<ProcessEnd>(found->second);
  }
  void Signal(int process, int number) override {
    signals.emplace_back(process, number);
    if (obeys && ends.count(process) == 0) ends[process] = {0, number};
  }
  void Kill(int process) override { Signal(process, SIGKILL); }
  bool IsFree(const std::string& /*host*/, int port) override {
    ++probes;
    return taken.count(port) == 0;
  }

  std::vector<ProcessStart> starts;  // process numbers begin with 1
  std::map<int, ProcessEnd> ends;
  std::vector<std::pair<int, int>> signals;
  std::set<int> taken;
  int probes = 0;
  std::string start_error;
  bool obeys = false;  // a signal ends a process
};

}  // namespace prewarm
