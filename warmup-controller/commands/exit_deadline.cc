#include "warmup-controller/commands/exit_deadline.h"

#include <unistd.h>

#include <cstdio>

#include "common/base/log.h"

namespace prewarm {

void ExitDeadline::Arm(std::chrono::milliseconds time) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (thread_.joinable() || disarmed_.stopped()) return;
  thread_ = std::thread([this, time] {
    if (disarmed_.WaitFor(time)) return;
    Log(LogLevel::kError, "ended_hard",
        {{"error", "what was to end did not within " +
                       std::to_string(time.count()) + " ms"}});
    std::fflush(nullptr);
    _exit(1);
  });
}

void ExitDeadline::Disarm() {
  disarmed_.Stop();
  const std::lock_guard<std::mutex> lock(mutex_);
  if (thread_.joinable()) thread_.join();
}

}  // namespace prewarm
