// Pixels to files without metadata. Thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.h"
#include "inference-server/imaging/image.h"

namespace prewarm {

enum class OutputFormat { kPng, kWebp, kJpeg };

struct EncodeOptions {
  OutputFormat format = OutputFormat::kPng;
  int quality = 90;  // WebP and JPEG, 1..100; PNG ignores it
};

// `png`, `webp`, `jpeg` or `jpg`; kInvalidArgument otherwise.
Result<OutputFormat> ParseOutputFormat(std::string_view text);
const char* MimeType(OutputFormat format);

// 1, 3 or 4 channels. PNG is lossless, with an sRGB chunk and no other
// ancillary one; WebP keeps the matte exactly; JPEG keeps colour at full
// resolution from quality 90 on, else at half. JPEG of 4 channels is
// kInvalidArgument (it has no transparency: ask for output=white or another
// format).
Result<std::string> Encode(const Bitmap& bitmap, const EncodeOptions& options);

}  // namespace prewarm
