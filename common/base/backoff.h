// Pauses between attempts that fail.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

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

// The same for one whom the server may have asked to wait longer, by its
// Retry-After; nobody is put off for more than five minutes by a word.
inline std::chrono::seconds BackoffOrAsked(std::chrono::seconds first,
                                           std::chrono::seconds longest,
                                           int failures,
                                           std::optional<int> asked) {
  constexpr std::chrono::seconds kLongestAsked{300};
  return std::max(
      Backoff(first, longest, failures),
      std::min(kLongestAsked, std::chrono::seconds(asked.value_or(0))));
}

}  // namespace prewarm
