// One thread that calls functions at steady times. Thread-safe.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "common/base/clock.h"

namespace prewarm {

class Timer {
 public:
  using Id = std::uint64_t;

  Timer();
  ~Timer();  // functions that are not due are dropped
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  // `function` runs on the timer's thread and must not block.
  Id At(SteadyTime when, std::function<void()> function);
  // False if it ran already or is running.
  bool Cancel(Id id);

 private:
  void Run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::pair<SteadyTime, Id>, std::function<void()>> due_;
  std::map<Id, SteadyTime> times_;
  Id next_ = 1;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace prewarm
