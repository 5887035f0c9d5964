// How the decoder tests compare pictures.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <utility>

#include "inference-server/imaging/decode.h"

namespace prewarm {

// The largest difference of two samples; 256 where the shapes differ.
inline int MaxDifference(const Bitmap& a, const Bitmap& b) {
  if (a.width != b.width || a.height != b.height || a.channels != b.channels) {
    return 256;
  }
  int worst = 0;
  for (std::size_t i = 0; i < a.data.size(); ++i) {
    worst = std::max(worst, std::abs(a.data[i] - b.data[i]));
  }
  return worst;
}

inline DecodedImage MustDecode(const std::string& file) {
  auto result = Decode(file, DecodeLimits{});
  if (!result.ok()) {
    ADD_FAILURE() << result.error().message;
    return {};
  }
  return std::move(result).value();
}

// The error of a file that must not decode.
inline Error MustRefuse(const std::string& file,
                        const DecodeLimits& limits = DecodeLimits{}) {
  const auto result = Decode(file, limits);
  if (!result.ok()) return result.error();
  ADD_FAILURE() << "decoded, though it must be refused";
  return {};
}

// The first 3 channels, and the 4th.
inline Bitmap ColorsOf(const Bitmap& rgba) {
  Bitmap rgb = MakeBitmap(rgba.width, rgba.height, 3);
  for (std::size_t i = 0; i < rgb.data.size(); ++i) {
    rgb.data[i] = rgba.data[i / 3 * 4 + i % 3];
  }
  return rgb;
}
inline Bitmap AlphaOf(const Bitmap& rgba) {
  Bitmap alpha = MakeBitmap(rgba.width, rgba.height, 1);
  for (std::size_t i = 0; i < alpha.data.size(); ++i) {
    alpha.data[i] = rgba.data[i * 4 + 3];
  }
  return alpha;
}

}  // namespace prewarm
