// How long before it is needed a floor is raised.
#pragma once

#include <chrono>
#include <functional>

#include "warmup-controller/decide/makespan.h"
#include "warmup-controller/policy/policy.h"

namespace prewarm {

// What a start takes besides the makespan.
struct LeadOverheads {
  std::chrono::seconds api_queue{0};  // writes that are before ours
  std::chrono::seconds failover{0};   // until a standby has taken over
};

// Of a number of instances, at least 1: fixed, or the declared quantile of the
// makespan and the overheads, within the declared bounds. `model` is copied.
// The function and its copies remember what they computed: not thread-safe.
std::function<std::chrono::seconds(int)> LeadTimes(
    const Policy& policy, const MakespanModel& model,
    const LeadOverheads& overheads = {});

}  // namespace prewarm
