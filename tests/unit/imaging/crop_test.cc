#include "inference-server/imaging/crop.h"

#include <gtest/gtest.h>

#include <array>

#include "inference-server/imaging/compose.h"
#include "tests/unit/imaging/pictures.h"

namespace prewarm {
namespace {

using Four = std::array<int, 4>;

// A subject of 10 x 6 pixels at (20, 30) in a picture of 100 x 80.
Plane Subject() {
  Plane matte = MakePlane(100, 80);
  for (int y = 30; y < 36; ++y) {
    for (int x = 20; x < 30; ++x) matte.row(y)[x] = 1;
  }
  return matte;
}

Composed CropWith(const Plane& matte, double margin, bool reverse = false) {
  ComposeOptions options;
  options.crop = true;
  options.crop_margin = margin;
  options.reverse = reverse;
  return Compose(Noise(matte.width, matte.height, 3, 1), std::nullopt, matte,
                 options)
      .value();
}

TEST(Crop, FitsTheSubject) {
  const Composed composed = CropWith(Subject(), 0);
  EXPECT_EQ(composed.box, (Four{20, 30, 10, 6}));
  EXPECT_EQ(composed.bitmap.width, 10);
  EXPECT_EQ(composed.bitmap.height, 6);
  const Bitmap picture = Noise(100, 80, 3, 1);
  EXPECT_EQ(PixelAt(composed.bitmap, 0, 0), PixelAt(picture, 20, 30));
  EXPECT_EQ(PixelAt(composed.bitmap, 9, 5), PixelAt(picture, 29, 35));
}

TEST(Crop, MarginIsAShareOfTheLongerSide) {
  EXPECT_EQ(CropWith(Subject(), 0.5).box, (Four{15, 25, 20, 16}));
}

TEST(Crop, MarginEndsAtThePicture) {
  Plane matte = MakePlane(20, 20);
  matte.row(1)[2] = 1;
  matte.row(18)[2] = 1;
  EXPECT_EQ(CropWith(matte, 1.0).box, (Four{0, 0, 20, 20}));
}

TEST(Crop, HazeIsNoSubject) {
  Plane matte = Subject();
  matte.row(0)[0] = 0.09F;
  EXPECT_EQ(CropWith(matte, 0).box, (Four{20, 30, 10, 6}));
  matte.row(0)[0] = 0.11F;
  EXPECT_EQ(CropWith(matte, 0).box, (Four{0, 0, 30, 36}));
}

TEST(Crop, FollowsWhatIsKept) {
  Plane matte = FlatPlane(30, 30, 1.0F);
  matte.row(7)[9] = 0;
  EXPECT_EQ(CropWith(matte, 0, /*reverse=*/true).box, (Four{9, 7, 1, 1}));
}

TEST(Crop, EmptySceneStaysWhole) {
  const Composed composed = CropWith(FlatPlane(12, 9, 0.0F), 0);
  EXPECT_TRUE(composed.empty_scene);
  EXPECT_EQ(composed.box, (Four{0, 0, 12, 9}));
  EXPECT_EQ(composed.bitmap.width, 12);
}

TEST(Crop, OnePixelAtTheCornerIsASubject) {
  Bitmap alpha = FlatGrey(5, 4, 0);
  alpha.row(3)[4] = 255;
  const Box box = SubjectBox(alpha, 0);
  EXPECT_EQ(box.x, 4);
  EXPECT_EQ(box.y, 3);
  EXPECT_EQ(box.width, 1);
  EXPECT_EQ(box.height, 1);
}

}  // namespace
}  // namespace prewarm
