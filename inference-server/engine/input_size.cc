#include "inference-server/engine/input_size.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace prewarm {
namespace {

constexpr int kShortSide = 1280;
// Beyond it the network refuses as well (16 megapixels).
constexpr double kMaxPixels = 1 << 24;

// Halves go to the even neighbour, as Python's round does. Never 0: a side of
// 16 pixels or less would vanish.
double Stepped(double side, int step) {
  return std::max(1.0, std::nearbyint(side / step)) * step;
}

std::size_t PaddedPixels(const EngineInfo& info, const InputSize& size) {
  const auto side = [&info](int pixels) {
    return static_cast<std::size_t>(std::max(pixels, info.padded_side));
  };
  return side(size.width) * side(size.height);
}

}  // namespace

Result<InputSize> ChooseInputSize(const EngineInfo& info, Resize resize,
                                  int width, int height) {
  if (resize == Resize::kStatic) {
    return InputSize{info.input_width, info.input_height};
  }
  if (info.size_step == 0) {
    return MakeError(ErrorCode::kInvalidArgument,
                     "resize=\"dynamic\": the model " + info.model +
                         " takes one input size; send resize=static",
                     "resize");
  }
  const int shorter = std::min(width, height);
  const double scale =
      shorter > kShortSide ? static_cast<double>(kShortSide) / shorter : 1;
  const double w = Stepped(width * scale, info.size_step);
  const double h = Stepped(height * scale, info.size_step);
  if (info.blend_threshold > 0 && std::min(w, h) <= info.blend_threshold) {
    return InputSize{info.input_width, info.input_height};
  }
  if (w * h > kMaxPixels) {
    return MakeError(ErrorCode::kTooLarge,
                     "resize=\"dynamic\": a picture of " +
                         std::to_string(width) + " x " +
                         std::to_string(height) +
                         " is too long to keep its proportions; send "
                         "resize=static, or crop it",
                     "resize");
  }
  return InputSize{static_cast<int>(w), static_cast<int>(h)};
}

std::size_t WorkingSetBytes(const EngineInfo& info, const InputSize& size) {
  const std::size_t trained =
      PaddedPixels(info, {info.input_width, info.input_height});
  std::size_t pixels = std::max(trained, PaddedPixels(info, size));
  if (info.blend_threshold > 0) pixels += trained / 2;
  return info.fixed_bytes + info.bytes_per_pixel * pixels;
}

}  // namespace prewarm
