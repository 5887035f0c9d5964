// What encode.cc knows of each codec. Preconditions are checked there: 1, 3
// or 4 channels (JPEG: 1 or 3), at least one pixel, quality 1..100.
// Thread-safe.
#pragma once

#include <string>

#include "common/base/result.h"
#include "inference-server/imaging/image.h"

namespace prewarm {

Result<std::string> EncodePng(const Bitmap& bitmap);
Result<std::string> EncodeWebp(const Bitmap& bitmap, int quality);
Result<std::string> EncodeJpeg(const Bitmap& bitmap, int quality);

}  // namespace prewarm
