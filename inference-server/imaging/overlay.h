// The matte shown over the picture, for people who judge it. Pure,
// thread-safe.
#pragma once

#include "inference-server/imaging/image.h"

namespace prewarm {

// Under the matte the mean of picture and green, elsewhere the picture; where
// the matte crosses one half a line of pure green, one pixel wide, just inside
// (transparent-background draws it with Canny on the matte cut at one half;
// on two levels both follow the same contour). `rgb` and `alpha` are of one
// size.
Bitmap DrawOverlay(const Bitmap& rgb, const Bitmap& alpha);

}  // namespace prewarm
