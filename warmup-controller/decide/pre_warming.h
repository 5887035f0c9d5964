// How many instances must exist when, so that what is asked for is warm in
// time: floors rise before a window opens, by the time that its instances take
// to get warm, and stay for a while after it has closed.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "warmup-controller/decide/demand.h"

namespace prewarm {

// Why a floor is what it is; of equal floors the first one says it.
enum class Hold {
  kDemand,     // it is asked for now
  kBridge,     // stopping and starting anew would cost more than to keep them
  kWarmStart,  // so many have to be warm soon
  kKeepAlive,  // just in case, after a window has closed
};

struct PreWarmRules {
  // Of a rise by so many instances; not less for more of them.
  std::function<std::chrono::seconds(int instances)> lead;
  std::chrono::seconds keep_alive{0};
  // Gaps in demand up to so long are bridged. Unset: where that costs no more
  // instance-hours than to let go and start anew.
  std::optional<std::chrono::seconds> bridge;
};

struct FloorSpan {
  Instant begin;  // until the next one begins
  int floor = 0;
  Hold hold = Hold::kDemand;
  // Index of the demand that it is held for: the one of now, the coming one
  // (kWarmStart, kBridge), the one that ended (kKeepAlive).
  std::size_t demand = 0;
};

// By time, from the first demand's begin; not empty if `demands` is not. A
// floor is never below what is asked for, and a warm start is early enough for
// the lowest floor within its own lead. What lies before the first demand or
// after `until` is not known here: look back by keep_alive and the longest
// bridge, and ahead by the longest lead.
//
// O(demands * log), except for long bridges over many changes.
std::vector<FloorSpan> PreWarm(const std::vector<Demand>& demands,
                               const PreWarmRules& rules);

// For how long an instance costs money after it was let go of: Kubernetes'
// default terminationGracePeriodSeconds.
inline constexpr std::chrono::seconds kStopping{30};

}  // namespace prewarm
