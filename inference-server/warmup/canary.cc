#include "inference-server/warmup/canary.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace prewarm {
namespace {

constexpr double kMaxDifference = 1.0 / 255;
constexpr double kMinRange = 0.05;

}  // namespace

Bitmap MakeCanary(int width, int height) {
  Bitmap canary = MakeBitmap(width, height, 3);
  for (int y = 0; y < height; ++y) {
    std::uint8_t* pixel = canary.row(y);
    for (int x = 0; x < width; ++x) {
      const double u = (x + 0.5) / width - 0.5;
      const double v = (y + 0.5) / height - 0.5;
      const bool disc = u * u + v * v < 0.07;
      pixel[0] = disc ? 220 : static_cast<std::uint8_t>(60 + 40 * v);
      pixel[1] = disc ? 60 : static_cast<std::uint8_t>(80 + 40 * u);
      pixel[2] = disc ? 40 : 100;
      pixel += 3;
    }
  }
  return canary;
}

Verification CompareCanaries(const Plane& first, const Plane& second) {
  Verification v;
  v.lowest = std::numeric_limits<double>::infinity();
  v.highest = -std::numeric_limits<double>::infinity();
  if (first.data.empty() || first.data.size() != second.data.size()) return v;
  bool finite = true;
  for (std::size_t i = 0; i < first.data.size(); ++i) {
    const double a = first.data[i];
    const double b = second.data[i];
    // std::max would drop a NaN, so finiteness is asked for by itself.
    finite = finite && std::isfinite(a) && std::isfinite(b);
    v.max_abs_error = std::max(v.max_abs_error, std::abs(a - b));
    v.lowest = std::min(v.lowest, a);
    v.highest = std::max(v.highest, a);
  }
  v.passed = finite && v.max_abs_error <= kMaxDifference && v.lowest >= 0 &&
             v.highest <= 1 && v.highest - v.lowest >= kMinRange;
  return v;
}

}  // namespace prewarm
