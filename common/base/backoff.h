// Pauses between attempts that fail.
#pragma once

#include <algorithm>
#include <chrono>

namespace prewarm {

// After so many failures in a row: `first` after one, doubled with each more,
// never above `longest`.
inline std::chrono::seconds Backoff(std::chrono::seconds first,
                                    std::chrono::seconds longest,
                                    int failures) {
  constexpr int kMostDoublings = 20;
  const int doublings = std::clamp(failures - 1, 0, kMostDoublings);
  return std::min(longest, first * (1 << doublings));
}

}  // namespace prewarm
