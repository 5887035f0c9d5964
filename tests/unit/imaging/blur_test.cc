#include "inference-server/imaging/blur.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "tests/unit/imaging/pictures.h"

namespace prewarm {
namespace {

// The convolution itself at one place, mirrored at the borders.
double Convolved(const Bitmap& rgb, int at_x, int at_y, int channel) {
  const auto mirror = [](int i, int size) {
    while (i < 0 || i >= size) i = i < 0 ? -i : 2 * (size - 1) - i;
    return i;
  };
  double sum = 0;
  double weights = 0;
  for (int y = -60; y <= 60; ++y) {
    for (int x = -60; x <= 60; ++x) {
      const double weight = std::exp(-(x * x + y * y) / 450.0);
      const std::uint8_t* row = rgb.row(mirror(at_y + y, rgb.height));
      sum += weight * row[mirror(at_x + x, rgb.width) * 3 + channel];
      weights += weight;
    }
  }
  return sum / weights;
}

TEST(Blur, IsAGaussianOfSigma15) {
  // A square of white on black: edges and corners in all directions.
  Bitmap picture = MakeBitmap(203, 181, 3);
  for (int y = 60; y < 130; ++y) {
    for (int x = 50; x < 120; ++x) {
      for (int c = 0; c < 3; ++c) picture.row(y)[x * 3 + c] = 255;
    }
  }
  const Bitmap blurred = GaussianBlur15(picture);
  for (int y = 0; y < 181; y += 12) {
    for (int x = 0; x < 203; x += 14) {
      ASSERT_NEAR(PixelAt(blurred, x, y)[1], Convolved(picture, x, y, 1), 2)
          << x << "," << y;
    }
  }
}

TEST(Blur, SmallPicturesAreConvolvedInFull) {
  const Bitmap picture = Noise(40, 23, 3, 2);
  const Bitmap blurred = GaussianBlur15(picture);
  for (int y = 0; y < 23; y += 5) {
    for (int x = 0; x < 40; x += 6) {
      ASSERT_NEAR(PixelAt(blurred, x, y)[2], Convolved(picture, x, y, 2), 1);
    }
  }
}

TEST(Blur, FlatStaysFlatToTheBorder) {
  for (const int size : {1, 2, 63, 64, 65, 130}) {
    const Bitmap blurred = GaussianBlur15(Flat(size, size + 1, {255, 0, 77}));
    ASSERT_EQ(blurred.data, Flat(size, size + 1, {255, 0, 77}).data) << size;
  }
}

}  // namespace
}  // namespace prewarm
