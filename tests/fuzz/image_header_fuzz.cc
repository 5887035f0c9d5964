// Any bytes as a picture: the headers of all formats, and the pixels of those
// decoded in this process (HEIC and AVIF run in a child).
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "inference-server/imaging/decode.h"
#include "inference-server/imaging/exif_orientation.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view file(reinterpret_cast<const char*>(data), size);
  prewarm::ReadExifOrientation(file);

  prewarm::DecodeLimits limits;
  limits.pixels = 65536;
  limits.side = 1024;
  const auto header = prewarm::ReadHeader(file, limits);
  if (!header.ok() || header->format == prewarm::ImageFormat::kHeic ||
      header->format == prewarm::ImageFormat::kAvif) {
    return 0;
  }
  const auto image = prewarm::Decode(file, limits);
  if (image.ok()) {
    const std::size_t pixels =
        static_cast<std::size_t>(image->rgb.width) * image->rgb.height;
    if (image->rgb.data.size() != pixels * 3) __builtin_trap();
    if (image->alpha && image->alpha->data.size() != pixels) __builtin_trap();
  }
  return 0;
}
