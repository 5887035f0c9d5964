// How many calls the API server may get from us, and who goes first. Pure.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "common/base/clock.h"

namespace prewarm::kube {

// What a call is for; the first goes first.
enum class CallClass { kFloor, kReadiness, kStatus, kEvent };
constexpr std::size_t kCallClasses = 4;

struct RateLimits {
  double per_second = 20;  // more than 0
  double burst = 30;       // at least 1
};

// A token bucket with one queue for each class: who asks is granted in the
// order of classes, within a class in the order of asking. Not thread-safe.
class RateBudget {
 public:
  using Ticket = std::uint64_t;

  explicit RateBudget(RateLimits limits)
      : limits_(limits), tokens_(limits.burst) {}

  Ticket Ask(CallClass priority);
  void Withdraw(Ticket ticket);
  // Those whose turn it is; each ticket is granted once.
  std::vector<Ticket> Grant(SteadyTime now);
  // When Grant has someone next; nothing while nobody asks.
  std::optional<SteadyTime> NextGrant(SteadyTime now) const;
  // The server asked one of `priority` to wait for `time`: so long, but no
  // longer than kLongestPause, nobody of its class or a later one is granted.
  // It may have too much to do for us all, or only dislike one object.
  void Pause(CallClass priority, SteadyTime now, std::chrono::seconds time);

  static constexpr std::chrono::seconds kLongestPause{5};

 private:
  struct Line {
    std::deque<Ticket> waiting;
    SteadyTime not_before;
  };

  void Refill(SteadyTime now);

  const RateLimits limits_;
  double tokens_;
  std::optional<SteadyTime> filled_;
  std::array<Line, kCallClasses> lines_;
  Ticket next_ = 1;
};

}  // namespace prewarm::kube
