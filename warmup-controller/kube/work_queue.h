// Keys that need work, each once, and later each time that it fails. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include "common/base/clock.h"

namespace prewarm::kube {

struct QueueBackoff {
  std::chrono::milliseconds first{500};
  std::chrono::milliseconds most{300000};
};

// A key that is being worked on is not handed out again before Done: what was
// added meanwhile comes then. Of several times to work on a key the earliest
// counts. Not thread-safe.
class WorkQueue {
 public:
  // `random` answers [0, 1): it spreads the second half of a delay.
  WorkQueue(QueueBackoff backoff, std::function<double()> random)
      : backoff_(backoff), random_(std::move(random)) {}

  // To be worked on at `when`; of keys that are due, in the order of adding.
  void Add(const std::string& key, SteadyTime when);
  // It failed: again after a delay that doubles with each failure.
  void Retry(const std::string& key, SteadyTime now);
  // It did not fail: the next failure is the first.
  void Forget(const std::string& key) { failures_.erase(key); }
  int failures(const std::string& key) const;

  // The next key that is due. Work on it ends with Done.
  std::optional<std::string> Take(SteadyTime now);
  void Done(const std::string& key);

  // When Take has one next, if no Done comes first.
  std::optional<SteadyTime> NextAt() const;
  // That wait; those that are due included.
  std::size_t size() const { return times_.size(); }

 private:
  using Place = std::pair<SteadyTime, std::uint64_t>;

  const QueueBackoff backoff_;
  const std::function<double()> random_;
  std::map<Place, std::string> waiting_;
  std::unordered_map<std::string, Place> times_;
  std::set<std::string> in_work_;
  std::map<std::string, SteadyTime> after_work_;
  std::unordered_map<std::string, int> failures_;
  std::uint64_t next_ = 0;
};

}  // namespace prewarm::kube
