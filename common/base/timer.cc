#include "common/base/timer.h"

namespace prewarm {

Timer::Timer() : thread_([this] { Run(); }) {}

Timer::~Timer() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

Timer::Id Timer::At(SteadyTime when, std::function<void()> function) {
  const std::lock_guard lock(mutex_);
  const Id id = next_++;
  due_.emplace(std::make_pair(when, id), std::move(function));
  times_.emplace(id, when);
  changed_.notify_all();
  return id;
}

bool Timer::Cancel(Id id) {
  std::function<void()> dropped;  // destroyed without the lock
  const std::lock_guard lock(mutex_);
  const auto it = times_.find(id);
  if (it == times_.end()) return false;
  const auto entry = due_.find({it->second, id});
  dropped = std::move(entry->second);
  due_.erase(entry);
  times_.erase(it);
  return true;
}

void Timer::Run() {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    if (due_.empty()) {
      changed_.wait(lock);
      continue;
    }
    const auto first = due_.begin();
    const SteadyTime when = first->first.first;
    if (Clock::System().Now() < when) {
      changed_.wait_until(lock, when);
      continue;
    }
    std::function<void()> function = std::move(first->second);
    times_.erase(first->first.second);
    due_.erase(first);
    lock.unlock();
    function();
    function = nullptr;
    lock.lock();
  }
}

}  // namespace prewarm
