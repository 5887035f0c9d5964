// The sections of a policy's spec that say how: each is absent, or read by one
// of these.
#pragma once

#include "warmup-controller/policy/field.h"
#include "warmup-controller/policy/policy.h"

namespace prewarm {

LeadTime ReadLeadTime(const Field& field);
WarmupCall ReadWarmupCall(const Field& field);
ScaleDown ReadScaleDown(const Field& field);
DstRules ReadDstRules(const Field& field);

}  // namespace prewarm
