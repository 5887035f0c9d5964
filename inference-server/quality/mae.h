// Mean absolute error, the one metric here that sees soft edges as they are:
// the share of opacity that is wrong, e.g. 0.01 is 2.55 of 255 steps a pixel.
#pragma once

#include "inference-server/imaging/image.h"

namespace prewarm::quality {

// 0 for equal mattes, 1 for inverted ones of pure 0 and 255. An empty truth is
// nothing special: the value is then the matte's mean.
double MeanAbsoluteError(const Bitmap& matte, const Bitmap& truth);

}  // namespace prewarm::quality
