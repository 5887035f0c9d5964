#include "inference-server/engine/canary.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace prewarm {
namespace {

// Lengths are in 1/65536 of a side, and everything is a whole number: the same
// bytes on every machine.
constexpr std::int64_t kOne = 65536;

struct Color {
  int red;
  int green;
  int blue;
};

bool InDisc(std::int64_t u, std::int64_t v, std::int64_t radius) {
  return u * u + v * v < radius * radius;
}

Color ObjectAt(std::int64_t u, std::int64_t v) {
  if (InDisc(u - 18350, v - 26214, 10486)) return {200, 80, 60};
  if (std::max(std::abs(u - 45875), std::abs(v - 42598)) < 8520) {
    return {60, 140, 200};
  }
  if (InDisc(u - 42598, v - 14418, 4588)) return {230, 210, 60};
  return {90, 95, 100};
}

std::uint8_t Clamp(int value) {
  return static_cast<std::uint8_t>(std::clamp(value, 0, 255));
}

}  // namespace

Bitmap MakeCanary(int width, int height) {
  Bitmap canary = MakeBitmap(width, height, 3);
  for (int y = 0; y < height; ++y) {
    const std::int64_t v = (2 * y + 1) * kOne / (2 * std::int64_t{height});
    std::uint8_t* pixel = canary.row(y);
    for (int x = 0; x < width; ++x, pixel += 3) {
      const std::int64_t u = (2 * x + 1) * kOne / (2 * std::int64_t{width});
      const Color color = ObjectAt(u, v);
      const auto light = static_cast<int>(2 * (u / 2048 - v / 4096));
      pixel[0] = Clamp(color.red + light);
      pixel[1] = Clamp(color.green + light);
      pixel[2] = Clamp(color.blue + light);
    }
  }
  return canary;
}

}  // namespace prewarm
