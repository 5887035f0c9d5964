#include "inference-server/engine/canary.h"

#include <cstdint>

namespace prewarm {

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

}  // namespace prewarm
