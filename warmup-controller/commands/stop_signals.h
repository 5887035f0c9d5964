// SIGTERM and SIGINT as a question instead of an interruption.
#pragma once

#include <atomic>
#include <functional>
#include <thread>

namespace prewarm {

// Blocks both for threads that begin after it, so one makes it before any
// exists; children get their own mask. One per process.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  // `stopped` is called, from another thread, when the first one comes.
  void Watch(std::function<void()> stopped);
  bool Stopped() const { return stopped_; }

 private:
  std::atomic<bool> stopped_{false};
  std::atomic<bool> done_{false};
  std::thread thread_;
};

}  // namespace prewarm
