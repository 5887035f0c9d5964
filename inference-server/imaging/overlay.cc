#include "inference-server/imaging/overlay.h"

#include "inference-server/imaging/blend.h"

namespace prewarm {
namespace {

constexpr int kHalf = 128;

// Beyond the picture its border goes on: the frame draws no line.
bool IsEdge(const Bitmap& alpha, int x, int y) {
  const std::uint8_t* row = alpha.row(y);
  if (row[x] < kHalf) return false;
  return (x > 0 && row[x - 1] < kHalf) ||
         (x + 1 < alpha.width && row[x + 1] < kHalf) ||
         (y > 0 && alpha.row(y - 1)[x] < kHalf) ||
         (y + 1 < alpha.height && alpha.row(y + 1)[x] < kHalf);
}

}  // namespace

Bitmap DrawOverlay(const Bitmap& rgb, const Bitmap& alpha) {
  Bitmap result = rgb;
  for (int y = 0; y < rgb.height; ++y) {
    std::uint8_t* pixel = result.row(y);
    const std::uint8_t* matte = alpha.row(y);
    for (int x = 0; x < rgb.width; ++x, pixel += 3) {
      if (matte[x] == 0) continue;
      const bool edge = IsEdge(alpha, x, y);
      for (int c = 0; c < 3; ++c) {
        pixel[c] = edge ? kGreen[c]
                        : Blend((pixel[c] + kGreen[c]) / 2, pixel[c], matte[x]);
      }
    }
  }
  return result;
}

}  // namespace prewarm
