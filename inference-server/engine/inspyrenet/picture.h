// Which pictures InSPyReNet takes, and its output to a matte.
#pragma once

#include "common/base/result.h"
#include "inference-server/imaging/image.h"

namespace prewarm::inspyrenet {

// A side is a multiple of it.
inline constexpr int kStep = 32;

// kInternal unless `rgb` has 3 channels and sides that are multiples of 32.
Status CheckInput(const Bitmap& rgb);

// kInternal if a value is not finite.
Result<Plane> ToMatte(const float* values, int width, int height);

}  // namespace prewarm::inspyrenet
