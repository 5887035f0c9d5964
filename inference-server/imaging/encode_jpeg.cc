#include <turbojpeg.h>

#include <memory>

#include "inference-server/imaging/encoders.h"

namespace prewarm {
namespace {

// From here on colour keeps its full resolution.
constexpr int kFullColorQuality = 90;
constexpr int kMaxSide = 65500;  // of libjpeg

struct CompressorDeleter {
  void operator()(void* compressor) const { tjDestroy(compressor); }
};
struct BufferDeleter {
  void operator()(unsigned char* buffer) const { tjFree(buffer); }
};

int Subsampling(const Bitmap& bitmap, int quality) {
  if (bitmap.channels == 1) return TJSAMP_GRAY;
  return quality >= kFullColorQuality ? TJSAMP_444 : TJSAMP_420;
}

}  // namespace

Result<std::string> EncodeJpeg(const Bitmap& bitmap, int quality) {
  if (bitmap.width > kMaxSide || bitmap.height > kMaxSide) {
    return MakeError(ErrorCode::kInvalidArgument,
                     "JPEG pictures have at most 65500 pixels a side; use "
                     "format=png.",
                     "format");
  }
  const std::unique_ptr<void, CompressorDeleter> compressor(tjInitCompress());
  if (!compressor) {
    return MakeError(ErrorCode::kUnavailable, "Not enough memory for JPEG.");
  }
  unsigned char* data = nullptr;
  unsigned long size = 0;
  const int code =
      tjCompress2(compressor.get(), bitmap.data.data(), bitmap.width, 0,
                  bitmap.height, bitmap.channels == 1 ? TJPF_GRAY : TJPF_RGB,
                  &data, &size, Subsampling(bitmap, quality), quality, 0);
  const std::unique_ptr<unsigned char, BufferDeleter> owner(data);
  if (code != 0) {
    return MakeError(ErrorCode::kInternal,
                     std::string("The JPEG encoder failed: ") +
                         tjGetErrorStr2(compressor.get()) + ".");
  }
  return std::string(reinterpret_cast<const char*>(data), size);
}

}  // namespace prewarm
