// Pictures to InSPyReNet's input and its output to a matte.
#pragma once

#include "common/base/result.h"
#include "inference-server/imaging/image.h"

namespace prewarm::inspyrenet {

// A side is a multiple of it.
inline constexpr int kStep = 32;

// kInternal unless `rgb` has 3 channels and sides that are multiples of 32.
Status CheckInput(const Bitmap& rgb);

// Interleaved bytes -> three planes, each channel less its mean over ImageNet
// and divided by its deviation. Precondition: CheckInput.
void Normalise(const Bitmap& rgb, float* planes);

// kInternal if a value is not finite.
Result<Plane> ToMatte(const float* values, int width, int height);

}  // namespace prewarm::inspyrenet
