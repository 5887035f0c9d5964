// The Lease object of an election. Pure.
#pragma once

#include <string>

#include "common/base/clock.h"
#include "warmup-controller/kube/json_text.h"

namespace prewarm::kube {

// What of a Lease says who leads. Its times are another machine's, so they are
// compared with each other alone.
struct LeaseView {
  std::string holder;  // "": released
  std::string acquire_time;
  std::string renew_time;
  int duration_seconds = 0;  // 0: it does not say
  int transitions = 0;

  bool operator==(const LeaseView& other) const {
    return holder == other.holder && acquire_time == other.acquire_time &&
           renew_time == other.renew_time &&
           duration_seconds == other.duration_seconds &&
           transitions == other.transitions;
  }
};

LeaseView ViewOf(const Json& lease);

// `lease` as `holder` writes it: taken from another, or renewed where it has it
// already. Everything else in it stays, its resourceVersion as well: who else
// wrote meanwhile makes it a conflict.
Json HeldLease(Json lease, const std::string& holder, int duration_seconds,
               WallTime now);
// As its holder leaves it: free at once.
Json ReleasedLease(Json lease, WallTime now);
// To be created.
Json NewLease(const std::string& namespace_name, const std::string& name);

}  // namespace prewarm::kube
