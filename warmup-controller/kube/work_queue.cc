#include "warmup-controller/kube/work_queue.h"

#include <algorithm>
#include <cmath>

namespace prewarm::kube {

void WorkQueue::Add(const std::string& key, SteadyTime when) {
  if (in_work_.count(key) > 0) {
    const auto [after, is_new] = after_work_.emplace(key, when);
    if (!is_new) after->second = std::min(after->second, when);
    return;
  }
  const auto found = times_.find(key);
  if (found != times_.end()) {
    if (found->second.first <= when) return;
    waiting_.erase(found->second);
  }
  const Place place{when, next_++};
  waiting_[place] = key;
  times_[key] = place;
}

void WorkQueue::Retry(const std::string& key, SteadyTime now) {
  const int before = failures_[key]++;
  const double doubled =
      std::ldexp(static_cast<double>(backoff_.first.count()), before);
  const double most =
      std::min(doubled, static_cast<double>(backoff_.most.count()));
  Add(key, now + std::chrono::milliseconds(static_cast<std::int64_t>(
                     most * (0.5 + 0.5 * random_()))));
}

int WorkQueue::failures(const std::string& key) const {
  const auto found = failures_.find(key);
  return found == failures_.end() ? 0 : found->second;
}

std::optional<std::string> WorkQueue::Take(SteadyTime now) {
  if (waiting_.empty() || waiting_.begin()->first.first > now) {
    return std::nullopt;
  }
  std::string key = std::move(waiting_.begin()->second);
  waiting_.erase(waiting_.begin());
  times_.erase(key);
  in_work_.insert(key);
  return key;
}

void WorkQueue::Done(const std::string& key) {
  if (in_work_.erase(key) == 0) return;
  const auto after = after_work_.find(key);
  if (after == after_work_.end()) return;
  const SteadyTime when = after->second;
  after_work_.erase(after);
  Add(key, when);
}

std::optional<SteadyTime> WorkQueue::NextAt() const {
  if (waiting_.empty()) return std::nullopt;
  return waiting_.begin()->first.first;
}

}  // namespace prewarm::kube
