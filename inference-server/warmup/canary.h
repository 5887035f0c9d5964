// The verdict on the canary's matte. Pure.
#pragma once

#include <string>

#include "inference-server/imaging/image.h"
#include "inference-server/warmup/status.h"

namespace prewarm {

// Compares with the fp32 reference. Passed: same size, all values finite and in
// [0, 1], a real range, and within the bounds of `precision` ("fp32", "bf16")
// on the mean error, the share of pixels off by more than 1/255, and the 99.9th
// percentile. NaN anywhere fails.
Verification CompareToReference(const Plane& matte, const Plane& reference,
                                const std::string& precision);

}  // namespace prewarm
