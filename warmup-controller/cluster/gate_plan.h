// The readiness gate of a pod: true only for the very start of its container
// that has proved itself. Pure.
#pragma once

#include <optional>
#include <string>

#include "warmup-controller/cluster/objects.h"
#include "warmup-controller/decide/observed.h"

namespace prewarm {

// What looks and warm-ups have told of the start that runs.
struct PodWarmth {
  Instance::Phase phase = Instance::Phase::kStarting;
  int failures = 0;  // warm-ups in a row that proved nothing
  int lapses = 0;    // proofs in a row that did not last
  // Of its own look: unset where it has not answered yet.
  std::optional<bool> says_ready;
  std::string instance_id;  // its own name for this start
  std::string error;
};

// The condition as it has to be; unset: it is so already, or it is nobody's
// business (no gate, it goes). Who says that it is not ready has no traffic,
// whatever it has proved. What another controller has proved stays proved
// until this one knows better: it may just have begun.
std::optional<WarmCondition> PlanGate(const PodSeen& pod,
                                      const PodWarmth& warmth);

// "containerd://3f… proved by instance 91ab…": of the message.
std::string ContainerOf(const WarmCondition& condition);

}  // namespace prewarm
