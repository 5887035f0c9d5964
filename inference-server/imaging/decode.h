// From a customer's file to upright sRGB pixels. Nothing of the file's
// metadata survives. Thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "inference-server/imaging/image.h"

namespace prewarm {

enum class ImageFormat { kJpeg, kPng, kWebp, kHeic, kAvif };

struct DecodeLimits {
  std::size_t bytes = 32 << 20;       // of the file
  std::int64_t pixels = 50'000'000;   // width * height
  int side = 16384;                   // longest side
  int min_side = 2;                   // shortest side
  double ratio = 2000;                // decoded bytes per file byte, checked
                                      // where pixels exceed 4 million
  int child_seconds = 20;             // HEIC/AVIF child: CPU limit
  std::size_t child_bytes = 1 << 30;  // HEIC/AVIF child: address space
};

// What a file says of itself before a pixel is allocated. Sizes as stored,
// before the EXIF orientation is applied.
struct ImageHeader {
  ImageFormat format = ImageFormat::kJpeg;
  int width = 0;
  int height = 0;
};

struct DecodedImage {
  Bitmap rgb;                   // 3 channels, upright, sRGB
  std::optional<Bitmap> alpha;  // 1 channel, if the input had one in use
  ImageFormat format = ImageFormat::kJpeg;
};

// kUnsupported: not a format read here (the message names what it looks
// like). kUnprocessable: right format, damaged. kTooLarge: over a limit.
Result<ImageHeader> ReadHeader(std::string_view file,
                               const DecodeLimits& limits);
Result<DecodedImage> Decode(std::string_view file, const DecodeLimits& limits);

// Bytes that decoding, cutting out and encoding a picture of this size needs
// at its peak; what admission reserves.
std::size_t PredictedBytes(const ImageHeader& header);

}  // namespace prewarm
