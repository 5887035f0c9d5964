// Objects about which a write is on its way, or has just ended and is not seen
// yet. Thread-safe.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>

#include "common/base/clock.h"

namespace prewarm {

class WriteMarks {
 public:
  explicit WriteMarks(const Clock* clock) : clock_(clock) {}

  bool Has(const std::string& uid) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = until_.find(uid);
    if (found == until_.end()) return false;
    if (clock_->Now() < found->second) return true;
    until_.erase(found);
    return false;
  }
  void Add(const std::string& uid) { Set(uid, SteadyTime::max()); }
  // A cache needs a moment to see it; one that failed is tried again later.
  void RemoveLater(const std::string& uid, bool written) {
    constexpr std::chrono::seconds kUntilSeen{5};
    constexpr std::chrono::seconds kPause{2};
    Set(uid, clock_->Now() + (written ? kUntilSeen : kPause));
  }

 private:
  void Set(const std::string& uid, SteadyTime until) {
    const std::lock_guard<std::mutex> lock(mutex_);
    until_[uid] = until;
  }

  const Clock* const clock_;
  std::mutex mutex_;
  std::map<std::string, SteadyTime> until_;
};

}  // namespace prewarm
