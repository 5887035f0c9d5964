// Pictures for the tests of this folder.
#pragma once

#include <array>
#include <cstdint>

#include "inference-server/imaging/image.h"

namespace prewarm {

using Rgb = std::array<std::uint8_t, 3>;

// The rule of tests/testdata/make_resample.py.
Bitmap Noise(int width, int height, int channels, std::uint32_t seed);

Bitmap Flat(int width, int height, Rgb color);
Bitmap FlatGrey(int width, int height, std::uint8_t value);
Plane FlatPlane(int width, int height, float value);

// 1 inside a circle in the middle, 0 outside, falling linearly over `soft`
// pixels across the edge.
Plane Disc(int size, double radius, double soft);

// subject * matte + background * (1 - matte), rounded.
Bitmap Mix(Rgb subject, Rgb background, const Plane& matte);

// A picture as smooth and as noisy as a photograph.
Bitmap PhotoLike(int width, int height, int channels);

Rgb PixelAt(const Bitmap& bitmap, int x, int y);

}  // namespace prewarm
