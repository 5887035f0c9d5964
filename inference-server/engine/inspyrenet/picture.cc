#include "inference-server/engine/inspyrenet/picture.h"

#include <algorithm>
#include <cstddef>

#include "common/base/half.h"

namespace prewarm::inspyrenet {
namespace {

std::size_t Pixels(int width, int height) {
  return static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
}

}  // namespace

Status CheckInput(const Bitmap& rgb) {
  if (rgb.width >= kStep && rgb.height >= kStep && rgb.width % kStep == 0 &&
      rgb.height % kStep == 0 && rgb.channels == 3 &&
      rgb.data.size() == 3 * Pixels(rgb.width, rgb.height)) {
    return Ok{};
  }
  return MakeError(ErrorCode::kInternal,
                   "the engine takes RGB pictures with sides that are "
                   "multiples of 32, not " +
                       std::to_string(rgb.width) + " x " +
                       std::to_string(rgb.height) + " x " +
                       std::to_string(rgb.channels));
}

Result<Plane> ToMatte(const float* values, int width, int height) {
  const std::size_t pixels = Pixels(width, height);
  if (!AllFinite(values, pixels)) {
    return MakeError(ErrorCode::kInternal,
                     "the network gave a value that is not finite");
  }
  Plane matte = MakePlane(width, height);
  std::transform(values, values + pixels, matte.data.begin(),
                 [](float v) { return std::clamp(v, 0.F, 1.F); });
  return matte;
}

}  // namespace prewarm::inspyrenet
