// Takes a Lease away from whoever leads by it, so that nobody does for a while.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "common/base/clock.h"
#include "warmup-controller/kube/api.h"
#include "warmup-controller/kube/leader_machine.h"

namespace prewarm::kube {

struct ClaimOptions {
  std::string namespace_name;
  std::string name;
  std::string id;  // who takes it
  // Who took it so before, by the begin of its id, leads nothing.
  std::string id_prefix;
  std::chrono::seconds hold{120};
  LeaderTimes times;
  // Waits; false: it is to be stopped. Unset is nothing that works.
  std::function<bool(std::chrono::milliseconds)> wait;
};

// Blocks: until who led must have noticed, which takes renew_deadline at most.
// From then on nobody leads for `hold`. Answers who held it; "": nobody.
Result<std::string> ClaimLease(Api* api, const ClaimOptions& options,
                               const Clock& clock);

// Blocks. Who renews it; "": nobody does while one looks.
Result<std::string> LivingHolder(Api* api, const ClaimOptions& options);

}  // namespace prewarm::kube
