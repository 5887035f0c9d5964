// Errors of several policies as one text.
#pragma once

#include <string>

#include "warmup-controller/policy/policy.h"

namespace prewarm {

// Adds a line: "SOURCE: policy NAMESPACE/NAME: WHAT".
void AddPolicyError(const Policy& policy, const std::string& what,
                    std::string* errors);

}  // namespace prewarm
