// How many policies raise their floors for the same instant: what has to wait
// in the queue of writes, and so has to begin earlier. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>
#include <vector>

#include "warmup-controller/calendar/civil.h"

namespace prewarm {

class DueLoad {
 public:
  // The rises of a policy that are to come; replaces what it said before.
  void Set(const std::string& policy, std::vector<Instant> dues);
  void Forget(const std::string& policy) { Set(policy, {}); }
  // The most rises that are due at an instant of this policy, its own one
  // included.
  std::size_t Most(const std::string& policy) const;

 private:
  std::unordered_map<std::string, std::vector<Instant>> dues_;
  std::unordered_map<std::int64_t, std::size_t> count_;
};

}  // namespace prewarm
