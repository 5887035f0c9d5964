// The verdict on the canary's matte. Pure.
#pragma once

#include "inference-server/engine/proof_bounds.h"
#include "inference-server/imaging/image.h"
#include "inference-server/warmup/status.h"

namespace prewarm {

// Compares with the fp32 reference. Passed: same size, all values finite and in
// [0, 1], a real range, and within `bounds`. NaN anywhere fails.
Verification CompareToReference(const Plane& matte, const Plane& reference,
                                const ProofBounds& bounds);

}  // namespace prewarm
