#include "inference-server/engine/isnet/picture.h"

#include <algorithm>
#include <cstddef>

#include "common/base/half.h"
#include "inference-server/engine/isnet/table.h"

namespace prewarm::isnet {
namespace {

constexpr std::size_t kPixels = std::size_t{kSide} * kSide;

}  // namespace

Status CheckInput(const Bitmap& rgb) {
  if (rgb.width == kSide && rgb.height == kSide && rgb.channels == 3 &&
      rgb.data.size() == 3 * kPixels) {
    return Ok{};
  }
  return MakeError(ErrorCode::kInternal,
                   "the engine takes 1024 x 1024 RGB pictures, not " +
                       std::to_string(rgb.width) + " x " +
                       std::to_string(rgb.height) + " x " +
                       std::to_string(rgb.channels));
}

void Normalise(const Bitmap& rgb, float* planes) {
  const std::uint8_t* pixel = rgb.data.data();
  for (std::size_t i = 0; i < kPixels; ++i, pixel += 3) {
    for (std::size_t c = 0; c < 3; ++c) {
      planes[c * kPixels + i] = (static_cast<float>(pixel[c]) - 128.F) / 256.F;
    }
  }
}

Result<Plane> ToMatte(const float* values) {
  if (!AllFinite(values, kPixels)) {
    return MakeError(ErrorCode::kInternal,
                     "the network gave a value that is not finite");
  }
  Plane matte = MakePlane(kSide, kSide);
  // A sigmoid's approximation may leave [0, 1] by a rounding.
  std::transform(values, values + kPixels, matte.data.begin(),
                 [](float v) { return std::clamp(v, 0.F, 1.F); });
  return matte;
}

}  // namespace prewarm::isnet
