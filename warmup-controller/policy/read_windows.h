// The windows of a policy.
#pragma once

#include <optional>
#include <vector>

#include "warmup-controller/policy/field.h"
#include "warmup-controller/policy/policy.h"

namespace prewarm {

// `max_replicas` is unset where it is wrong itself. Complains of what is wrong
// with a window, and of names given twice.
std::vector<Window> ReadWindows(const Field& field,
                                std::optional<int> max_replicas);

}  // namespace prewarm
