// Pictures to the network's input and its output to a matte; shared by the
// engines.
#pragma once

#include "common/base/result.h"
#include "inference-server/imaging/image.h"

namespace prewarm::isnet {

// kInternal unless `rgb` is kSide x kSide with 3 channels.
Status CheckInput(const Bitmap& rgb);

// Interleaved bytes -> three planes of (x - 128) / 256. Precondition:
// CheckInput.
void Normalise(const Bitmap& rgb, float* planes);

// kSide x kSide values; kInternal if one of them is not finite.
Result<Plane> ToMatte(const float* values);

}  // namespace prewarm::isnet
