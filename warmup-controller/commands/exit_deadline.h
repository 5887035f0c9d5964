// Ends the process by itself where what should end it hangs.
#pragma once

#include <chrono>
#include <mutex>
#include <thread>

#include "common/base/stop_signal.h"

namespace prewarm {

// Thread-safe. Waits in the machine's time.
class ExitDeadline {
 public:
  ExitDeadline() = default;
  ~ExitDeadline() { Disarm(); }
  ExitDeadline(const ExitDeadline&) = delete;
  ExitDeadline& operator=(const ExitDeadline&) = delete;

  // Unless it is disarmed within `time`, the process ends with status 1 and
  // without any further word to others. Once.
  void Arm(std::chrono::milliseconds time);
  // For good: an Arm that comes later does nothing.
  void Disarm();

 private:
  std::mutex mutex_;  // of the thread
  std::thread thread_;
  StopSignal disarmed_;
};

}  // namespace prewarm
