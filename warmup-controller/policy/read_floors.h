// What asks for instances besides the windows, and what bounds it.
#pragma once

#include <optional>

#include "warmup-controller/policy/field.h"
#include "warmup-controller/policy/policy.h"

namespace prewarm {

// `max_replicas` is unset where it is wrong itself.
Override ReadOverride(const Field& field, std::optional<int> max_replicas);
Intent ReadIntent(const Field& field, std::optional<int> max_replicas);
// Instance-hours a day.
std::optional<double> ReadBudget(const Field& field);

}  // namespace prewarm
