// The machine that this runs on.
#pragma once

#include <vector>

#include "warmup-controller/targets/machine.h"

namespace prewarm {

// A process gets its signals as they are by default, no descriptors but the
// three streams, and SIGTERM when the thread that called Start ends: so that
// nothing is left of a controller that was killed, call it from a thread that
// lives as long as the process. Not thread-safe.
class ThisMachine : public Machine {
 public:
  Result<int> Start(const ProcessStart& start) override;
  std::optional<ProcessEnd> Ended(int process) override;
  void Signal(int process, int number) override;
  void Kill(int process) override;
  bool IsFree(const std::string& host, int port) override;

 private:
  // So that none of those that were killed stays a zombie for long.
  void Bury();

  std::vector<int> killed_;  // not waited for yet
};

}  // namespace prewarm
