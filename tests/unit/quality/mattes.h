// Mattes for the tests of this folder.
#pragma once

#include <cstdint>
#include <string>

#include "inference-server/imaging/image.h"

namespace prewarm::quality {

// Rows of characters, divided by '/': '#' is 255, '.' 0, '0'..'9' that many
// ninths of 255 rounded down.
inline Bitmap Drawn(const std::string& rows) {
  Bitmap out;
  out.channels = 1;
  for (const char c : rows + "/") {
    if (c == '/') {
      ++out.height;
    } else {
      out.data.push_back(static_cast<std::uint8_t>(c == '#' ? 255
                                                   : c == '.'
                                                       ? 0
                                                       : (c - '0') * 255 / 9));
    }
  }
  out.width = static_cast<int>(out.data.size()) / out.height;
  return out;
}

inline Bitmap Inverted(Bitmap matte) {
  for (std::uint8_t& value : matte.data) {
    value = static_cast<std::uint8_t>(255 - value);
  }
  return matte;
}

inline Bitmap Filled(int width, int height, std::uint8_t value) {
  Bitmap out = MakeBitmap(width, height, 1);
  for (std::uint8_t& pixel : out.data) pixel = value;
  return out;
}

// 255 in a rectangle, 0 elsewhere.
inline Bitmap Box(int width, int height, int left, int top, int right,
                  int bottom) {
  Bitmap out = MakeBitmap(width, height, 1);
  for (int y = top; y < bottom; ++y) {
    for (int x = left; x < right; ++x) out.row(y)[x] = 255;
  }
  return out;
}

inline Bitmap Mirrored(const Bitmap& matte) {
  Bitmap out = matte;
  for (int y = 0; y < matte.height; ++y) {
    for (int x = 0; x < matte.width; ++x) {
      out.row(y)[x] = matte.row(y)[matte.width - 1 - x];
    }
  }
  return out;
}

}  // namespace prewarm::quality
