#include "tests/unit/imaging/pictures.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace prewarm {

Bitmap Noise(int width, int height, int channels, std::uint32_t seed) {
  Bitmap bitmap = MakeBitmap(width, height, channels);
  std::uint32_t state = seed;
  for (std::uint8_t& sample : bitmap.data) {
    state = state * 1664525U + 1013904223U;
    const std::uint32_t byte = state >> 24;
    sample = static_cast<std::uint8_t>(byte < 40 ? 0 : byte > 215 ? 255 : byte);
  }
  return bitmap;
}

Bitmap Flat(int width, int height, Rgb color) {
  Bitmap bitmap = MakeBitmap(width, height, 3);
  for (std::size_t i = 0; i < bitmap.data.size(); ++i) {
    bitmap.data[i] = color[i % 3];
  }
  return bitmap;
}

Bitmap FlatGrey(int width, int height, std::uint8_t value) {
  Bitmap bitmap = MakeBitmap(width, height, 1);
  std::fill(bitmap.data.begin(), bitmap.data.end(), value);
  return bitmap;
}

Plane FlatPlane(int width, int height, float value) {
  Plane plane = MakePlane(width, height);
  std::fill(plane.data.begin(), plane.data.end(), value);
  return plane;
}

Plane Disc(int size, double radius, double soft) {
  Plane plane = MakePlane(size, size);
  const double middle = (size - 1) / 2.0;
  for (int y = 0; y < size; ++y) {
    for (int x = 0; x < size; ++x) {
      const double distance = std::hypot(x - middle, y - middle);
      plane.row(y)[x] = static_cast<float>(
          std::clamp((radius - distance) / soft + 0.5, 0.0, 1.0));
    }
  }
  return plane;
}

Bitmap Mix(Rgb subject, Rgb background, const Plane& matte) {
  Bitmap bitmap = MakeBitmap(matte.width, matte.height, 3);
  for (std::size_t i = 0; i < bitmap.data.size(); ++i) {
    const float a = matte.data[i / 3];
    const float value = static_cast<float>(subject[i % 3]) * a +
                        static_cast<float>(background[i % 3]) * (1 - a);
    bitmap.data[i] = static_cast<std::uint8_t>(std::lround(value));
  }
  return bitmap;
}

Bitmap PhotoLike(int width, int height, int channels) {
  Bitmap bitmap = Noise(width, height, channels, 7);
  for (int y = 0; y < height; ++y) {
    std::uint8_t* row = bitmap.row(y);
    for (int i = 0; i < width * channels; ++i) {
      const int x = i / channels;
      const double wave = 128 + 60 * std::sin(x * 0.021 + i % channels) +
                          50 * std::cos(y * 0.017 + x * 0.003);
      row[i] = static_cast<std::uint8_t>(
          std::clamp(wave + row[i] / 32.0 - 4, 0.0, 255.0));
    }
  }
  return bitmap;
}

Rgb PixelAt(const Bitmap& bitmap, int x, int y) {
  const std::uint8_t* pixel =
      bitmap.row(y) + std::ptrdiff_t{x} * bitmap.channels;
  return {pixel[0], pixel[1], pixel[2]};
}

}  // namespace prewarm
