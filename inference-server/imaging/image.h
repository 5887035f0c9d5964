// The two picture types that travel through the server. No codec is needed to
// use them; pixels are owned, rows are tightly packed, top row first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace prewarm {

// 8-bit interleaved samples, sRGB. channels: 1 grey or alpha, 3 RGB, 4 RGBA
// (straight, not premultiplied alpha).
struct Bitmap {
  int width = 0;
  int height = 0;
  int channels = 0;
  std::vector<std::uint8_t> data;  // width * height * channels

  const std::uint8_t* row(int y) const {
    return data.data() + static_cast<std::size_t>(y) * width * channels;
  }
  std::uint8_t* row(int y) {
    return data.data() + static_cast<std::size_t>(y) * width * channels;
  }
};

// A float plane, for an alpha matte: 0 background, 1 subject.
struct Plane {
  int width = 0;
  int height = 0;
  std::vector<float> data;  // width * height

  const float* row(int y) const {
    return data.data() + static_cast<std::size_t>(y) * width;
  }
  float* row(int y) {
    return data.data() + static_cast<std::size_t>(y) * width;
  }
};

inline Bitmap MakeBitmap(int width, int height, int channels) {
  return Bitmap{width, height, channels,
                std::vector<std::uint8_t>(static_cast<std::size_t>(width) *
                                          height * channels)};
}

inline Plane MakePlane(int width, int height) {
  return Plane{width, height,
               std::vector<float>(static_cast<std::size_t>(width) * height)};
}

}  // namespace prewarm
