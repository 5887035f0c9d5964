#include "warmup-controller/reconcile/inbox.h"

#include <utility>

namespace prewarm {

void Inbox::Post(News news) {
  const std::lock_guard<std::mutex> lock(mutex_);
  news_.push_back(std::move(news));
  changed_.notify_all();
}

std::vector<News> Inbox::Take() {
  const std::lock_guard<std::mutex> lock(mutex_);
  woken_ = false;
  return std::exchange(news_, {});
}

void Inbox::Wake() {
  const std::lock_guard<std::mutex> lock(mutex_);
  woken_ = true;
  changed_.notify_all();
}

void Inbox::WaitUntil(SteadyTime when) {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait_until(lock, when, [this] { return woken_ || !news_.empty(); });
}

}  // namespace prewarm
