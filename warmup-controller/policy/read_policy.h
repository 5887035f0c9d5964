// One document as a policy.
#pragma once

#include "warmup-controller/policy/field.h"
#include "warmup-controller/policy/policy.h"

namespace prewarm {

struct PolicyDocument {
  Policy policy;     // its name is "" where that is wrong
  Place name_place;  // of its name
};

// Complains of everything that is wrong; the policy is of use only where
// nothing was.
PolicyDocument ReadPolicyDocument(const Field& document);

}  // namespace prewarm
