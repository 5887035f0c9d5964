// Width and height out of a file's first bytes, without a codec and without
// allocation. Pure, thread-safe.
#pragma once

#include <string_view>

#include "common/base/result.h"
#include "inference-server/imaging/decode.h"

namespace prewarm {

// One per format; the sizes may still be zero or huge: CheckLimits judges.
Result<ImageHeader> ReadJpegHeader(std::string_view file);
Result<ImageHeader> ReadPngHeader(std::string_view file);
Result<ImageHeader> ReadWebpHeader(std::string_view file);
// `format` is kHeic or kAvif.
Result<ImageHeader> ReadHeifHeader(std::string_view file, ImageFormat format);

// The rules of DecodeLimits that need width and height.
Status CheckLimits(const ImageHeader& header, std::size_t file_bytes,
                   const DecodeLimits& limits);

}  // namespace prewarm
