#include "common/base/stop_signal.h"

#include <utility>

namespace prewarm {

// Listeners run under the lock, so that Forget need not wait for them.
void StopSignal::Stop() {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (stopped_) return;
  stopped_ = true;
  for (const auto& [id, listener] : listeners_) listener();
  listeners_.clear();
  changed_.notify_all();
}

bool StopSignal::stopped() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return stopped_;
}

bool StopSignal::WaitFor(std::chrono::milliseconds patience) const {
  std::unique_lock<std::mutex> lock(mutex_);
  return changed_.wait_for(lock, patience, [this] { return stopped_; });
}

StopSignal::Id StopSignal::OnStop(std::function<void()> function) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (stopped_) {
    function();
    return 0;
  }
  listeners_[next_] = std::move(function);
  return next_++;
}

void StopSignal::Forget(Id id) {
  const std::lock_guard<std::mutex> lock(mutex_);
  listeners_.erase(id);
}

}  // namespace prewarm
