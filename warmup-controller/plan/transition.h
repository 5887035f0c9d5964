// What a policy will do, and why, before it does it.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "warmup-controller/decide/demand.h"
#include "warmup-controller/policy/policy.h"
#include "warmup-controller/schedule/schedule.h"

namespace prewarm {

struct Transition {
  // kOpen: a window opens, an override ends in more, or a new day's budget lets
  // instances run again; kClose: windows only close, or the day's budget is
  // spent; kWarmStart: instances start to be warm in time.
  enum class Kind { kClose, kWarmStart, kOpen };

  Instant at;
  Instant
      until;  // the next kOpen or kClose of the policy; of a warm start: when
              // the instances must be warm. The end of the plan at most.
  std::string policy;  // namespace/name
  Kind kind = Kind::kOpen;
  // What is asked for from then on and until then; of a warm start: instances
  // that exist.
  int replicas = 0;
  int previous = 0;
  // The windows that are open from then on; of a warm start: that will be.
  std::vector<std::string> windows;
  std::string reason;  // for a person, in UTC
};

// What a policy asks for just before the plan begins.
struct PlanStart {
  std::string policy;  // namespace/name
  int replicas = 0;
  std::vector<std::string> windows;  // the open ones
};

// Of a suspended policy: nothing.
PlanStart StartOf(const Policy& policy, const Schedule& schedule, Instant from);

const char* KindName(Transition::Kind kind);

// Those of [from, until), by time. What was asked for before `from` already is
// no transition. A suspended policy has none. `lead`: LeadTimes().
std::vector<Transition> PlanOf(
    const Policy& policy, const Schedule& schedule,
    const std::function<std::chrono::seconds(int)>& lead, Instant from,
    Instant until);

}  // namespace prewarm
