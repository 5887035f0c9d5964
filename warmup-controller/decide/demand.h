// What a policy asks for over time, whatever time its instances take to start.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "warmup-controller/calendar/civil.h"
#include "warmup-controller/policy/policy.h"
#include "warmup-controller/schedule/schedule.h"

namespace prewarm {

struct Demand {
  Instant begin;                     // until the next one begins
  int floor = 0;                     // instances that must be warm
  std::vector<std::size_t> windows;  // the open ones, in the policy's order
  std::optional<std::size_t>
      winner;               // of the windows, the one that asks for it
  bool overridden = false;  // the floor is the override's
};

// By time; the first one begins at `from`, others wherever windows, floor or
// override change before `until`. An override stands for everything until its
// end. O(openings * log).
std::vector<Demand> DemandOver(const Policy& policy, const Schedule& schedule,
                               Instant from, Instant until);

// The most that minimum and windows ever ask for, and 1 at least: who had no
// schedule would have to keep so many. An override is an exception.
int MostAsked(const Policy& policy);

}  // namespace prewarm
