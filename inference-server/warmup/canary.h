// The picture that proves warmth: a bright disc on a dark gradient, made by
// formula, so that every build asks the network the same question. Pure.
#pragma once

#include "common/base/result.h"
#include "inference-server/imaging/image.h"
#include "inference-server/warmup/status.h"

namespace prewarm {

Bitmap MakeCanary(int width, int height);

// Compares two mattes of the canary. NaN anywhere fails, so does a constant
// matte (a network of damaged weights) and a range outside [0, 1].
Verification CompareCanaries(const Plane& first, const Plane& second);

}  // namespace prewarm
