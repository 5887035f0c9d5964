// The picture out of focus. Pure, thread-safe.
#pragma once

#include "inference-server/imaging/image.h"

namespace prewarm {

// Gaussian of sigma 15 pixels, mirrored at the borders. A blur this wide has
// nothing left of fine detail, so pictures over 64 pixels are blurred at a
// quarter of their size, with sigma less by what averaging down and
// interpolating up add: the result is within two levels of the full
// convolution.
// Precondition: 3 channels, not empty.
Bitmap GaussianBlur15(const Bitmap& rgb);

}  // namespace prewarm
