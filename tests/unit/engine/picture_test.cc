#include "inference-server/engine/isnet/picture.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "inference-server/engine/isnet/table.h"

namespace prewarm::isnet {
namespace {

constexpr std::size_t kPixels = std::size_t{kSide} * kSide;

TEST(Picture, PlanesAreRgbMinus128Over256) {
  Bitmap rgb = MakeBitmap(kSide, kSide, 3);
  rgb.data[0] = 255;
  rgb.data[1] = 128;
  rgb.data[3 * (kPixels - 1) + 2] = 64;
  std::vector<float> planes(3 * kPixels);
  Normalise(rgb, planes.data());
  EXPECT_EQ(planes[0], 127.F / 256);
  EXPECT_EQ(planes[kPixels], 0.F);
  EXPECT_EQ(planes[2 * kPixels], -0.5F);
  EXPECT_EQ(planes[3 * kPixels - 1], -0.25F);
}

TEST(Picture, OnlyThePromisedSizeIsTaken) {
  EXPECT_TRUE(CheckInput(MakeBitmap(kSide, kSide, 3)).ok());
  EXPECT_FALSE(CheckInput(MakeBitmap(kSide, kSide - 1, 3)).ok());
  EXPECT_FALSE(CheckInput(MakeBitmap(kSide, kSide, 4)).ok());
  Bitmap lying = MakeBitmap(kSide, kSide, 3);
  lying.data.pop_back();
  EXPECT_FALSE(CheckInput(lying).ok());
}

TEST(Picture, MatteThatIsNotFiniteIsAnError) {
  std::vector<float> values(kPixels, 0.5F);
  EXPECT_TRUE(ToMatte(values.data()).ok());
  values[kPixels - 1] = std::numeric_limits<float>::quiet_NaN();
  const auto matte = ToMatte(values.data());
  ASSERT_FALSE(matte.ok());
  EXPECT_EQ(matte.error().code, ErrorCode::kInternal);
}

TEST(Picture, RoundingBeyondZeroAndOneIsClamped) {
  std::vector<float> values(kPixels, 1.0000001F);
  values[1] = -1e-9F;
  const auto matte = ToMatte(values.data());
  ASSERT_TRUE(matte.ok());
  EXPECT_EQ(matte.value().data[0], 1.F);
  EXPECT_EQ(matte.value().data[1], 0.F);
}

}  // namespace
}  // namespace prewarm::isnet
