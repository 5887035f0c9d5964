// Resampling, equal to the references of the networks. Pure, thread-safe.
#pragma once

#include "inference-server/imaging/image.h"

namespace prewarm {

// Pillow's Image.resize(BILINEAR): triangle filter whose support grows with
// the shrink factor, 8-bit fixed point, two passes (horizontal first) with
// rounding to uint8 between. Bit-exact with Pillow for 1, 3 and 4 channels.
Bitmap ResizeAntialiased(const Bitmap& source, int width, int height);

// Bilinear interpolation of a float plane without antialiasing, as
// torch.nn.functional.interpolate(mode="bilinear", align_corners=...).
Plane ResizeBilinear(const Plane& source, int width, int height,
                     bool align_corners);

}  // namespace prewarm
