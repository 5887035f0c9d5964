// Turns a picture upright. Pure, thread-safe.
#pragma once

#include "inference-server/imaging/image.h"

namespace prewarm {

// Applies EXIF orientation 1..8 (others count as 1) to a bitmap of any
// channel count, in one pass. 1 costs nothing: the bitmap is passed through.
Bitmap Orient(Bitmap source, int orientation);

}  // namespace prewarm
