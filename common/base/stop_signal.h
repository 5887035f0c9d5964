// A wish to stop that reaches who waits, be it for a time or for the network.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>

namespace prewarm {

// Stops once and for all. Thread-safe; outlives who waits on it.
class StopSignal {
 public:
  using Id = std::uint64_t;

  void Stop();
  bool stopped() const;
  // Waits up to `patience`; true if stopped.
  bool WaitFor(std::chrono::milliseconds patience) const;

  // `function` runs once, on the thread that stops, or now where that has
  // happened; it must not block.
  Id OnStop(std::function<void()> function);
  // After it `function` neither runs nor will.
  void Forget(Id id);

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::map<Id, std::function<void()>> listeners_;
  Id next_ = 1;
  bool stopped_ = false;
};

}  // namespace prewarm
