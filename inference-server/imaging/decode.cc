#include "inference-server/imaging/decode.h"

#include <algorithm>
#include <new>
#include <utility>

#include "inference-server/imaging/codecs.h"
#include "inference-server/imaging/image_header.h"
#include "inference-server/imaging/orient.h"
#include "inference-server/imaging/sniff.h"

namespace prewarm {
namespace {

Result<ImageHeader> ReadSize(std::string_view file, ImageFormat format) {
  switch (format) {
    case ImageFormat::kJpeg:
      return ReadJpegHeader(file);
    case ImageFormat::kPng:
      return ReadPngHeader(file);
    case ImageFormat::kWebp:
      return ReadWebpHeader(file);
    case ImageFormat::kHeic:
    case ImageFormat::kAvif:
      break;
  }
  return ReadHeifHeader(file, format);
}

Result<RawPicture> DecodeRaw(std::string_view file, const ImageHeader& header,
                             const DecodeLimits& limits) {
  switch (header.format) {
    case ImageFormat::kJpeg:
      return DecodeJpeg(file, header);
    case ImageFormat::kPng:
      return DecodePng(file, header);
    case ImageFormat::kWebp:
      return DecodeWebp(file, header);
    case ImageFormat::kHeic:
    case ImageFormat::kAvif:
      break;
  }
  return DecodeHeif(file, header, limits);
}

bool IsOpaque(const Bitmap& alpha) {
  return std::all_of(alpha.data.begin(), alpha.data.end(),
                     [](std::uint8_t a) { return a == 255; });
}

}  // namespace

Error DamagedImage(ImageFormat format, std::string_view detail) {
  return MakeError(ErrorCode::kUnprocessable,
                   "The " + std::string(FormatName(format)) +
                       " image is damaged: " + std::string(detail) + ".",
                   "image");
}

Result<ImageHeader> ReadHeader(std::string_view file,
                               const DecodeLimits& limits) {
  if (file.size() > limits.bytes) {
    return MakeError(ErrorCode::kTooLarge,
                     "The file has " + std::to_string(file.size()) +
                         " bytes; the limit is " +
                         std::to_string(limits.bytes) + " bytes.",
                     "image");
  }
  const std::optional<ImageFormat> format = SniffFormat(file);
  if (!format) {
    return MakeError(ErrorCode::kUnsupported,
                     "The file looks like " + DescribeUnknown(file) +
                         "; send JPEG, PNG, WebP, HEIC or AVIF.",
                     "image");
  }
  PREWARM_ASSIGN_OR_RETURN(const ImageHeader header, ReadSize(file, *format));
  PREWARM_RETURN_IF_ERROR(CheckLimits(header, file.size(), limits));
  return header;
}

Result<DecodedImage> Decode(std::string_view file, const DecodeLimits& limits) {
  PREWARM_ASSIGN_OR_RETURN(const ImageHeader header, ReadHeader(file, limits));
  try {
    PREWARM_ASSIGN_OR_RETURN(RawPicture raw, DecodeRaw(file, header, limits));
    DecodedImage image;
    image.format = header.format;
    image.rgb = Orient(std::move(raw.rgb), raw.orientation);
    if (raw.alpha.width > 0 && !IsOpaque(raw.alpha)) {
      image.alpha = Orient(std::move(raw.alpha), raw.orientation);
    }
    return image;
  } catch (const std::bad_alloc&) {
    return MakeError(ErrorCode::kUnavailable,
                     "Not enough memory to decode the image now; retry later.",
                     "image");
  }
}

std::size_t PredictedBytes(const ImageHeader& header) {
  const std::size_t pixels =
      static_cast<std::size_t>(header.width) * header.height;
  // Bytes a pixel at the peak. Decoding: coefficients of a progressive JPEG
  // (6) or the planes and the RGBA of the HEIC child (12) beside RGB and
  // alpha (4), turned upright into a second copy (4).
  const bool child = header.format == ImageFormat::kHeic ||
                     header.format == ImageFormat::kAvif;
  const std::size_t decoding = 8 + (child ? 12 : 6);
  // Cutting out: RGB and alpha (4), the matte as float (4), the estimate of
  // the foreground with its work planes (32), the composed RGBA (4) and the
  // file encoded from it (at most 4).
  constexpr std::size_t kCuttingOut = 4 + 4 + 32 + 4 + 4;
  constexpr std::size_t kFixed = 16 << 20;
  return kFixed + pixels * std::max(decoding, kCuttingOut);
}

}  // namespace prewarm
