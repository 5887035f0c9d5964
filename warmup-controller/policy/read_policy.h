// A policy's `spec`.
#pragma once

#include "warmup-controller/policy/field.h"
#include "warmup-controller/policy/policy.h"

namespace prewarm {

// Complains of everything that is wrong; the policy is of use only where
// nothing was. Namespace, name and source are the caller's to set.
Policy ReadPolicySpec(const Field& spec);

}  // namespace prewarm
