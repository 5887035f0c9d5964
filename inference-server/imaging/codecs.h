// What decode.cc knows of each codec. Every function checks the picture's
// size against the header already accepted, so that a file which lies cannot
// make it allocate more. Thread-safe.
#pragma once

#include <string_view>

#include "common/base/result.h"
#include "inference-server/imaging/decode.h"
#include "inference-server/imaging/image.h"

namespace prewarm {

// Pixels in sRGB that may still lie on their side.
struct RawPicture {
  Bitmap rgb;
  Bitmap alpha;         // 1 channel; width 0 if the input has none
  int orientation = 1;  // EXIF, 1..8; of HEIC/AVIF always 1 (applied)
};

Result<RawPicture> DecodeJpeg(std::string_view file, const ImageHeader& header);
Result<RawPicture> DecodePng(std::string_view file, const ImageHeader& header);
Result<RawPicture> DecodeWebp(std::string_view file, const ImageHeader& header);
// HEIC and AVIF, in a child process.
Result<RawPicture> DecodeHeif(std::string_view file, const ImageHeader& header,
                              const DecodeLimits& limits);

// kUnprocessable: "The JPEG image is damaged: <detail>."
Error DamagedImage(ImageFormat format, std::string_view detail);

}  // namespace prewarm
