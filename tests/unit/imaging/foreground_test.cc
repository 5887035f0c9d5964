#include "inference-server/imaging/foreground.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "inference-server/imaging/compose.h"
#include "tests/unit/imaging/pictures.h"

namespace prewarm {
namespace {

constexpr Rgb kShirt = {220, 30, 40};
constexpr Rgb kGrass = {40, 200, 60};

Bitmap CutOut(const Bitmap& picture, const Plane& matte, bool estimate) {
  ComposeOptions options;
  options.estimate_foreground = estimate;
  return Compose(picture, std::nullopt, matte, options).value().bitmap;
}

// The largest difference to `color` among pixels of at least this alpha,
// weighted with alpha: the halo as it shows on a new background.
double Halo(const Bitmap& rgba, Rgb color, int least_alpha) {
  double worst = 0;
  for (std::size_t i = 0; i < rgba.data.size(); i += 4) {
    const int alpha = rgba.data[i + 3];
    if (alpha < least_alpha) continue;
    for (std::size_t c = 0; c < 3; ++c) {
      worst = std::max(worst,
                       std::abs(rgba.data[i + c] - color[c]) * alpha / 255.0);
    }
  }
  return worst;
}

TEST(Foreground, SoftEdgeOfARedDiscOnGreenIsRed) {
  for (const double soft : {4.0, 12.0, 30.0}) {
    const Plane matte = Disc(256, 80, soft);
    const Bitmap picture = Mix(kShirt, kGrass, matte);
    EXPECT_GT(Halo(CutOut(picture, matte, false), kShirt, 1), 40) << soft;
    EXPECT_LT(Halo(CutOut(picture, matte, true), kShirt, 1), 6) << soft;
  }
}

TEST(Foreground, WideEdgesOfLargePicturesAreRedToo) {
  const Plane matte = Disc(1500, 500, 25);
  EXPECT_LT(Halo(CutOut(Mix(kShirt, kGrass, matte), matte, true), kShirt, 1),
            6);
}

TEST(Foreground, FaintPixelsTakeTheSubjectsColour) {
  const Plane matte = Disc(256, 80, 12);
  const Bitmap result = CutOut(Mix(kShirt, kGrass, matte), matte, true);
  for (std::size_t i = 0; i < result.data.size(); i += 4) {
    if (result.data[i + 3] == 0) continue;
    for (std::size_t c = 0; c < 3; ++c) {
      ASSERT_NEAR(result.data[i + c], kShirt[c], 16)
          << "alpha " << int{result.data[i + 3]};
    }
  }
}

TEST(Foreground, SubjectsOfTwoColoursKeepThemApart) {
  constexpr Rgb kYellow = {240, 220, 20};
  const Plane matte = Disc(256, 80, 8);
  Bitmap picture = Mix(kShirt, kGrass, matte);
  const Bitmap right = Mix(kYellow, kGrass, matte);
  for (int y = 0; y < 256; ++y) {
    const std::ptrdiff_t half = std::ptrdiff_t{128} * 3;
    std::copy(right.row(y) + half, right.row(y) + 2 * half,
              picture.row(y) + half);
  }
  const Bitmap result = CutOut(picture, matte, true);
  for (int y = 0; y < 256; ++y) {
    for (const int x : {40, 48, 51, 204, 207, 215}) {
      if (result.row(y)[x * 4 + 3] < 100) continue;
      const Rgb expected = x < 128 ? kShirt : kYellow;
      for (std::size_t c = 0; c < 3; ++c) {
        ASSERT_NEAR(PixelAt(result, x, y)[c], expected[c], 20) << x << "," << y;
      }
    }
  }
}

TEST(Foreground, OpaquePixelsAreNotTouched) {
  const Plane matte = Disc(128, 40, 6);
  const Bitmap picture = Noise(128, 128, 3, 17);
  const Bitmap result = CutOut(picture, matte, true);
  int opaque = 0;
  for (int y = 0; y < 128; ++y) {
    for (int x = 0; x < 128; ++x) {
      const int alpha = result.row(y)[x * 4 + 3];
      if (alpha == 255) {
        ++opaque;
        ASSERT_EQ(PixelAt(result, x, y), PixelAt(picture, x, y));
      } else if (alpha == 0) {
        ASSERT_EQ(PixelAt(result, x, y), (Rgb{0, 0, 0}));
      }
    }
  }
  EXPECT_GT(opaque, 3000);
}

TEST(Foreground, IsLeftOutWithAThreshold) {
  // The input's own alpha is soft; a threshold asks for the plain picture.
  ComposeOptions options;
  options.threshold = 0.5;
  const Bitmap picture = Noise(32, 32, 3, 4);
  const Bitmap result =
      Compose(picture, FlatGrey(32, 32, 99), FlatPlane(32, 32, 1.0F), options)
          .value()
          .bitmap;
  EXPECT_EQ(PixelAt(result, 7, 9), PixelAt(picture, 7, 9));
}

TEST(Foreground, AnyMatteAndSizeIsHandled) {
  const int sizes[][2] = {{1, 1}, {1, 300}, {300, 1}, {2, 3}, {131, 257}};
  for (const auto& size : sizes) {
    const Bitmap picture = Noise(size[0], size[1], 3, 8);
    for (const std::uint8_t level : {1, 128, 254}) {
      const Bitmap alpha = FlatGrey(size[0], size[1], level);
      Bitmap rgba = MakeBitmap(size[0], size[1], 4);
      EstimateForeground(picture, alpha, &rgba);
    }
    const Bitmap alpha = Noise(size[0], size[1], 1, 21);
    Bitmap rgba = MakeBitmap(size[0], size[1], 4);
    EstimateForeground(picture, alpha, &rgba);
    EXPECT_EQ(rgba.data.size(), picture.data.size() / 3 * 4);
  }
}

// Two islands far apart: rows between them are jumped over, and what the
// running sums held of the first must not reach the second.
TEST(Foreground, SoftPixelsFarApartDoNotMix) {
  constexpr Rgb kYellow = {240, 220, 20};
  const int size = 100;
  const std::ptrdiff_t row_bytes = 300;
  Plane matte = Disc(size, 30, 8);
  const Bitmap upper = Mix(kShirt, kGrass, matte);
  const Bitmap lower = Mix(kYellow, kGrass, matte);
  const int height = 900;
  Bitmap picture = Flat(size, height, kGrass);
  Plane both = MakePlane(size, height);
  for (int y = 0; y < size; ++y) {
    const int below = height - size + y;
    std::copy(upper.row(y), upper.row(y) + row_bytes, picture.row(y));
    std::copy(lower.row(y), lower.row(y) + row_bytes, picture.row(below));
    std::copy(matte.row(y), matte.row(y) + size, both.row(y));
    std::copy(matte.row(y), matte.row(y) + size, both.row(below));
  }
  Bitmap result = CutOut(picture, both, true);
  Bitmap part{size, size, 4, {}};
  part.data.assign(result.row(0), result.row(size));
  EXPECT_LT(Halo(part, kShirt, 1), 8);
  part.data.assign(
      result.data.end() - static_cast<std::ptrdiff_t>(part.data.size()),
      result.data.end());
  EXPECT_LT(Halo(part, kYellow, 1), 8);
}

}  // namespace
}  // namespace prewarm
