#include "inference-server/imaging/image_header.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <string>

#include "inference-server/imaging/codecs.h"
#include "inference-server/imaging/sniff.h"

namespace prewarm {
namespace {

using std::string_view;

constexpr std::size_t kRgbBytes = 3;
// The ratio rule spares small pictures: a plain 1000 x 1000 PNG is honest.
constexpr std::int64_t kRatioFreePixels = 4'000'000;

std::uint32_t Byte(string_view file, std::size_t at) {
  return at < file.size() ? static_cast<unsigned char>(file[at]) : 0;
}
std::uint32_t Be16(string_view file, std::size_t at) {
  return Byte(file, at) << 8 | Byte(file, at + 1);
}
std::uint32_t Be32(string_view file, std::size_t at) {
  return Be16(file, at) << 16 | Be16(file, at + 2);
}
std::uint32_t Le24(string_view file, std::size_t at) {
  return Byte(file, at) | Byte(file, at + 1) << 8 | Byte(file, at + 2) << 16;
}
int ToInt(std::uint32_t value) {
  constexpr std::uint32_t kMax = std::numeric_limits<int>::max();
  return static_cast<int>(std::min(value, kMax));
}

Error EndsEarly(ImageFormat format) {
  return DamagedImage(format, "the file ends before its size is stated");
}

Error JpegKindUnsupported(const std::string& kind) {
  return MakeError(ErrorCode::kUnsupported,
                   "The file is a " + kind +
                       " JPEG, which is not read here; send it as baseline or "
                       "progressive JPEG, PNG or WebP.",
                   "image");
}

bool IsStartOfFrame(std::uint32_t marker) {
  return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 &&
         marker != 0xcc;
}

std::string Megapixels(std::int64_t pixels) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", static_cast<double>(pixels) / 1e6);
  return text;
}

std::string SizeText(const ImageHeader& header) {
  return std::to_string(header.width) + " x " + std::to_string(header.height);
}

}  // namespace

Result<ImageHeader> ReadJpegHeader(string_view file) {
  std::size_t at = 2;
  while (at + 4 <= file.size()) {
    if (Byte(file, at) != 0xff) {
      ++at;  // stray bytes between segments, as libjpeg tolerates
      continue;
    }
    const std::uint32_t marker = Byte(file, at + 1);
    if (marker == 0xff) {
      ++at;  // fill byte
      continue;
    }
    if (marker == 0 || marker == 1 || (marker >= 0xd0 && marker <= 0xd8)) {
      at += 2;  // no segment behind these
      continue;
    }
    if (marker == 0xd9 || marker == 0xda) {
      return DamagedImage(ImageFormat::kJpeg,
                          "no frame header before the scan");
    }
    const std::size_t length = Be16(file, at + 2);
    if (length < 2) {
      return DamagedImage(ImageFormat::kJpeg, "a segment of impossible length");
    }
    if (!IsStartOfFrame(marker)) {
      at += 2 + length;
      continue;
    }
    if (at + 10 > file.size()) break;
    if ((marker & 3) == 3) return JpegKindUnsupported("lossless");
    if (marker == 0xc5 || marker == 0xc6 || marker == 0xcd || marker == 0xce) {
      return JpegKindUnsupported("hierarchical");
    }
    if (Byte(file, at + 4) != 8) {
      return JpegKindUnsupported(std::to_string(Byte(file, at + 4)) + "-bit");
    }
    return ImageHeader{ImageFormat::kJpeg, ToInt(Be16(file, at + 7)),
                       ToInt(Be16(file, at + 5))};
  }
  return EndsEarly(ImageFormat::kJpeg);
}

Result<ImageHeader> ReadPngHeader(string_view file) {
  if (file.size() < 33) return EndsEarly(ImageFormat::kPng);
  if (Be32(file, 8) != 13 || file.substr(12, 4) != "IHDR") {
    return DamagedImage(ImageFormat::kPng, "it does not begin with IHDR");
  }
  return ImageHeader{ImageFormat::kPng, ToInt(Be32(file, 16)),
                     ToInt(Be32(file, 20))};
}

Result<ImageHeader> ReadWebpHeader(string_view file) {
  if (file.size() < 30) return EndsEarly(ImageFormat::kWebp);
  const string_view chunk = file.substr(12, 4);
  ImageHeader header{ImageFormat::kWebp, 0, 0};
  if (chunk == "VP8X") {
    header.width = ToInt(Le24(file, 24) + 1);
    header.height = ToInt(Le24(file, 27) + 1);
  } else if (chunk == "VP8L") {
    if (Byte(file, 20) != 0x2f) {
      return DamagedImage(ImageFormat::kWebp, "wrong lossless signature");
    }
    const std::uint32_t low = Le24(file, 21);
    const std::uint32_t bits = low | Byte(file, 24) << 24;
    header.width = ToInt((bits & 0x3fff) + 1);
    header.height = ToInt((bits >> 14 & 0x3fff) + 1);
  } else if (chunk == "VP8 ") {
    if (Le24(file, 23) != 0x2a019d) {
      return DamagedImage(ImageFormat::kWebp, "wrong start code");
    }
    header.width = ToInt((Byte(file, 26) | Byte(file, 27) << 8) & 0x3fff);
    header.height = ToInt((Byte(file, 28) | Byte(file, 29) << 8) & 0x3fff);
  } else {
    return DamagedImage(ImageFormat::kWebp, "no picture in its first chunk");
  }
  return header;
}

Status CheckLimits(const ImageHeader& header, std::size_t file_bytes,
                   const DecodeLimits& limits) {
  const std::int64_t pixels =
      static_cast<std::int64_t>(header.width) * header.height;
  if (header.width <= 0 || header.height <= 0) {
    return DamagedImage(
        header.format,
        "it states the size " + SizeText(header) + ", which holds no pixel");
  }
  const std::string size = "The image is " + SizeText(header) + " pixels";
  if (std::max(header.width, header.height) > limits.side) {
    return MakeError(
        ErrorCode::kTooLarge,
        size + " (" + Megapixels(pixels) + " megapixels); the limit is " +
            std::to_string(limits.side) + " pixels a side. Send a smaller one.",
        "image");
  }
  if (pixels > limits.pixels) {
    return MakeError(
        ErrorCode::kTooLarge,
        size + " (" + Megapixels(pixels) + " megapixels); the limit is " +
            Megapixels(limits.pixels) + " megapixels. Send a smaller one.",
        "image");
  }
  if (std::min(header.width, header.height) < limits.min_side) {
    return MakeError(ErrorCode::kUnprocessable,
                     size + "; the shortest side must be at least " +
                         std::to_string(limits.min_side) +
                         " pixels to show a subject.",
                     "image");
  }
  const double ratio =
      static_cast<double>(pixels) * kRgbBytes /
      static_cast<double>(std::max<std::size_t>(file_bytes, 1));
  if (pixels > kRatioFreePixels && ratio > limits.ratio) {
    return MakeError(
        ErrorCode::kTooLarge,
        size + " in a file of " + std::to_string(file_bytes) +
            " bytes, which unpacks to " +
            std::to_string(static_cast<std::int64_t>(ratio)) +
            " times its size; the limit is " +
            std::to_string(static_cast<std::int64_t>(limits.ratio)) + " times.",
        "image");
  }
  return Ok{};
}

}  // namespace prewarm
