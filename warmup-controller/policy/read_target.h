// What a policy scales, and between which numbers.
#pragma once

#include <optional>

#include "warmup-controller/policy/field.h"
#include "warmup-controller/policy/policy.h"

namespace prewarm {

TargetRef ReadTarget(const Field& field);

struct ReplicaRange {
  int min = Policy().min_replicas;
  bool min_declared = false;
  // Unset where it was wrong: then nothing is compared with it.
  std::optional<int> max = Policy().max_replicas;
};

ReplicaRange ReadReplicaRange(const Field& field);

}  // namespace prewarm
