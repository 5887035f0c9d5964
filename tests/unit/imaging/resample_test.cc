#include "inference-server/imaging/resample.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>

#include "inference-server/imaging/resample_avx2.h"
#include "tests/unit/imaging/pictures.h"

namespace prewarm {
namespace {

std::vector<std::uint8_t> FromHex(const std::string& hex) {
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes.push_back(
        static_cast<std::uint8_t>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

TEST(ResizeAntialiased, EqualsPillowBitForBit) {
  std::ifstream file(PREWARM_TESTDATA "/resample.txt");
  int cases = 0;
  for (std::string line; std::getline(file, line); ++cases) {
    std::istringstream words(line);
    int channels = 0;
    int in_width = 0;
    int in_height = 0;
    int width = 0;
    int height = 0;
    std::string hex;
    words >> channels >> in_width >> in_height >> width >> height >> hex;
    const Bitmap source = Noise(in_width, in_height, channels,
                                static_cast<std::uint32_t>(channels));
    const Bitmap target = ResizeAntialiased(source, width, height);
    EXPECT_EQ(target.width, width);
    EXPECT_EQ(target.height, height);
    EXPECT_EQ(target.channels, channels);
    EXPECT_EQ(target.data, FromHex(hex)) << line.substr(0, 30);
  }
  EXPECT_EQ(cases, 12);
}

// The vectorised loop is for three channels: each of them must come out as
// it does alone.
TEST(ResizeAntialiased, ChannelsDoNotMix) {
  for (const int width : {3, 64, 131, 700}) {
    const Bitmap rgb = Noise(257, 63, 3, 99);
    const Bitmap target = ResizeAntialiased(rgb, width, 41);
    for (int c = 0; c < 3; ++c) {
      Bitmap plane = MakeBitmap(257, 63, 1);
      for (std::size_t i = 0; i < plane.data.size(); ++i) {
        plane.data[i] = rgb.data[i * 3 + c];
      }
      const Bitmap alone = ResizeAntialiased(plane, width, 41);
      for (std::size_t i = 0; i < alone.data.size(); ++i) {
        ASSERT_EQ(target.data[i * 3 + c], alone.data[i])
            << width << " channel " << c << " pixel " << i;
      }
    }
  }
}

TEST(ResizeAntialiased, SameSizeIsTheSamePicture) {
  const Bitmap source = Noise(20, 10, 4, 3);
  EXPECT_EQ(ResizeAntialiased(source, 20, 10).data, source.data);
}

TEST(ResizeAntialiased, FlatStaysFlat) {
  const Bitmap target = ResizeAntialiased(Flat(301, 77, {255, 0, 93}), 64, 200);
  for (std::size_t i = 0; i < target.data.size(); i += 3) {
    ASSERT_EQ(target.data[i], 255);
    ASSERT_EQ(target.data[i + 1], 0);
    ASSERT_EQ(target.data[i + 2], 93);
  }
}

TEST(ResizeAntialiased, SizesWithoutPixelsGiveAnEmptyPicture) {
  EXPECT_EQ(ResizeAntialiased(Noise(4, 4, 3, 1), 0, 5).width, 0);
  EXPECT_EQ(ResizeAntialiased(Noise(4, 4, 3, 1), 5, -1).width, 0);
  EXPECT_EQ(ResizeAntialiased(Bitmap{0, 0, 3, {}}, 5, 5).width, 0);
}

Plane Ramp() {
  Plane plane = MakePlane(3, 2);
  plane.data = {0, 1, 4, 8, 2, 6};
  return plane;
}

// torch.nn.functional.interpolate(x, (4, 5), mode="bilinear"), the rule in
// ATen's UpSample.h worked out by hand.
TEST(ResizeBilinear, TakesPixelCentresAsTorchDoes) {
  const Plane plane = ResizeBilinear(Ramp(), 5, 4, false);
  const float columns_top[] = {0, 0.4F, 1, 2.8F, 4};
  const float columns_bottom[] = {8, 5.6F, 2, 4.4F, 6};
  const float share[] = {0, 0.25F, 0.75F, 1};
  for (int y = 0; y < 4; ++y) {
    for (int x = 0; x < 5; ++x) {
      EXPECT_NEAR(
          plane.row(y)[x],
          columns_top[x] * (1 - share[y]) + columns_bottom[x] * share[y], 1e-5)
          << x << "," << y;
    }
  }
}

TEST(ResizeBilinear, AlignedCornersKeepTheCorners) {
  const Plane plane = ResizeBilinear(Ramp(), 5, 3, true);
  const float expected[] = {0, 0.5F,  1,    2.5F,  4,  //
                            4, 2.75F, 1.5F, 3.25F, 5,  //
                            8, 5,     2,    4,     6};
  for (int i = 0; i < 15; ++i) EXPECT_NEAR(plane.data[i], expected[i], 1e-6);
}

TEST(ResizeBilinear, ShrinkingDoesNotAverage) {
  Plane plane = MakePlane(8, 1);
  plane.data = {0, 0, 1, 0, 0, 0, 0, 1};
  // Centres of the targets lie at 1.5 and 5.5 of the source.
  const Plane small = ResizeBilinear(plane, 2, 1, false);
  EXPECT_FLOAT_EQ(small.data[0], 0.5F);
  EXPECT_FLOAT_EQ(small.data[1], 0.0F);
}

TEST(ResizeBilinear, OnePixelFillsTheTarget) {
  for (const bool corners : {false, true}) {
    const Plane plane = ResizeBilinear(FlatPlane(1, 1, 0.25F), 6, 4, corners);
    EXPECT_EQ(plane.data, std::vector<float>(24, 0.25F));
    const Plane one = ResizeBilinear(Ramp(), 1, 1, corners);
    EXPECT_FLOAT_EQ(one.data[0], corners ? 0.0F : 1.5F);
  }
}

TEST(ResizeBilinear, SizesWithoutPixelsGiveAnEmptyPlane) {
  EXPECT_EQ(ResizeBilinear(Ramp(), 0, 3, false).width, 0);
  EXPECT_EQ(ResizeBilinear(Plane{}, 3, 3, false).width, 0);
}

}  // namespace
}  // namespace prewarm
