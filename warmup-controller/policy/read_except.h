// The days on which no window starts.
#pragma once

#include "warmup-controller/policy/field.h"
#include "warmup-controller/policy/policy.h"

namespace prewarm {

Exceptions ReadExceptions(const Field& field);

}  // namespace prewarm
