#include "inference-server/imaging/encode.h"

#include "inference-server/imaging/encoders.h"

namespace prewarm {
namespace {

Status Check(const Bitmap& bitmap, const EncodeOptions& options) {
  const bool known =
      bitmap.channels == 1 || bitmap.channels == 3 || bitmap.channels == 4;
  if (!known || bitmap.width <= 0 || bitmap.height <= 0 ||
      bitmap.data.size() != static_cast<std::size_t>(bitmap.width) *
                                bitmap.height * bitmap.channels) {
    return MakeError(ErrorCode::kInternal, "There is no picture to encode.");
  }
  if (options.format == OutputFormat::kPng) return Ok{};
  if (options.quality < 1 || options.quality > 100) {
    return MakeError(
        ErrorCode::kInvalidArgument,
        "quality is " + std::to_string(options.quality) + "; use 1 to 100.",
        "quality");
  }
  if (options.format == OutputFormat::kJpeg && bitmap.channels == 4) {
    return MakeError(ErrorCode::kInvalidArgument,
                     "JPEG has no transparency; use output=white or another "
                     "format.",
                     "format");
  }
  return Ok{};
}

}  // namespace

Result<OutputFormat> ParseOutputFormat(std::string_view text) {
  if (text == "png") return OutputFormat::kPng;
  if (text == "webp") return OutputFormat::kWebp;
  if (text == "jpeg" || text == "jpg") return OutputFormat::kJpeg;
  return MakeError(ErrorCode::kInvalidArgument,
                   "format=\"" + std::string(text.substr(0, 64)) +
                       "\" is not written; use png, webp or jpeg",
                   "format");
}

const char* MimeType(OutputFormat format) {
  switch (format) {
    case OutputFormat::kWebp:
      return "image/webp";
    case OutputFormat::kJpeg:
      return "image/jpeg";
    case OutputFormat::kPng:
      break;
  }
  return "image/png";
}

Result<std::string> Encode(const Bitmap& bitmap, const EncodeOptions& options) {
  PREWARM_RETURN_IF_ERROR(Check(bitmap, options));
  switch (options.format) {
    case OutputFormat::kWebp:
      return EncodeWebp(bitmap, options.quality);
    case OutputFormat::kJpeg:
      return EncodeJpeg(bitmap, options.quality);
    case OutputFormat::kPng:
      break;
  }
  return EncodePng(bitmap);
}

}  // namespace prewarm
