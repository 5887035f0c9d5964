#include "inference-server/engine/input_size.h"

#include <gtest/gtest.h>

#include <utility>

namespace prewarm {
namespace {

EngineInfo Info(int step) {
  EngineInfo info;
  info.model = "net";
  info.input_width = info.input_height = 1024;
  info.size_step = step;
  info.fixed_bytes = 1000;
  info.bytes_per_pixel = 10;
  return info;
}

std::pair<int, int> Dynamic(int width, int height) {
  const auto size = ChooseInputSize(Info(32), Resize::kDynamic, width, height);
  EXPECT_TRUE(size.ok()) << width << " x " << height;
  return size.ok() ? std::pair(size->width, size->height) : std::pair(0, 0);
}

using Size = std::pair<int, int>;

TEST(InputSize, StaticIsTheTrainedSizeOfAnyPicture) {
  const auto size = ChooseInputSize(Info(0), Resize::kStatic, 20000, 3);
  ASSERT_TRUE(size.ok());
  EXPECT_EQ(Size(size->width, size->height), Size(1024, 1024));
}

TEST(InputSize, DynamicKeepsAPictureWhoseShortSideIsSmall) {
  EXPECT_EQ(Dynamic(640, 480), Size(640, 480));
  EXPECT_EQ(Dynamic(2560, 1280), Size(2560, 1280));
}

TEST(InputSize, DynamicBringsTheShortSideTo1280) {
  EXPECT_EQ(Dynamic(4032, 3024), Size(1696, 1280));
  EXPECT_EQ(Dynamic(3024, 4032), Size(1280, 1696));
  EXPECT_EQ(Dynamic(4544, 2560), Size(2272, 1280));
}

TEST(InputSize, HalfAStepGoesToTheEvenNeighbourAsInPython) {
  EXPECT_EQ(Dynamic(80, 112), Size(64, 128));  // 2.5 -> 2, 3.5 -> 4
}

TEST(InputSize, TinySideBecomesOneStepAndNeverNone) {
  EXPECT_EQ(Dynamic(1, 16), Size(32, 32));
  EXPECT_EQ(Dynamic(15, 300), Size(32, 288));
}

TEST(InputSize, PanoramaThatNoNetworkTakesIsRefusedWithTheWayOut) {
  EXPECT_EQ(Dynamic(10240, 1280), Size(10240, 1280));
  const auto size =
      ChooseInputSize(Info(32), Resize::kDynamic, 16 * 1280, 1280);
  ASSERT_FALSE(size.ok());
  EXPECT_EQ(size.error().code, ErrorCode::kTooLarge);
  EXPECT_EQ(size.error().field, "resize");
  EXPECT_NE(size.error().message.find("20480 x 1280"), std::string::npos);
}

TEST(InputSize, EngineThatBlendsTakesAPictureWithinItsThresholdAsStatic) {
  EngineInfo info = Info(32);
  info.blend_threshold = 512;
  const auto chosen = [&info](int width, int height) {
    const auto size =
        ChooseInputSize(info, Resize::kDynamic, width, height).value();
    return Size(size.width, size.height);
  };
  EXPECT_EQ(chosen(4032, 3024), Size(1696, 1280));
  EXPECT_EQ(chosen(544, 4096), Size(544, 4096));
  EXPECT_EQ(chosen(527, 4096), Size(1024, 1024));  // steps to 512
  EXPECT_EQ(chosen(640, 480), Size(1024, 1024));
  EXPECT_EQ(chosen(100000, 400), Size(1024, 1024));  // too long otherwise
}

TEST(InputSize, NetworkOfOneSizeRefusesADynamicOne) {
  const auto size = ChooseInputSize(Info(0), Resize::kDynamic, 640, 480);
  ASSERT_FALSE(size.ok());
  EXPECT_EQ(size.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(size.error().field, "resize");
}

TEST(InputSize, WorkingSetGrowsWithThePixels) {
  EXPECT_EQ(WorkingSetBytes(Info(32), {2272, 1280}), 1000U + 10U * 2272 * 1280);
}

TEST(InputSize, SmallPictureTakesTheWorkingSetOfTheTrainedSize) {
  EXPECT_EQ(WorkingSetBytes(Info(32), {544, 544}), 1000U + 10U * 1024 * 1024);
  EXPECT_EQ(WorkingSetBytes(Info(0), {1024, 1024}), 1000U + 10U * 1024 * 1024);
}

TEST(InputSize, EngineThatBlendsTakesHalfOfTheTrainedSizesMore) {
  EngineInfo info = Info(32);
  info.blend_threshold = 512;
  EXPECT_EQ(WorkingSetBytes(info, {544, 544}), 1000U + 15U * 1024 * 1024);
  EXPECT_EQ(WorkingSetBytes(info, {2272, 1280}),
            1000U + 10U * 2272 * 1280 + 5U * 1024 * 1024);
}

TEST(InputSize, NarrowPictureTakesTheWorkingSetOfAPaddedOne) {
  EngineInfo info = Info(32);
  info.input_width = info.input_height = 64;
  EXPECT_EQ(WorkingSetBytes(info, {640, 32}), 1000U + 10U * 640 * 32);
  info.padded_side = 96;
  EXPECT_EQ(WorkingSetBytes(info, {640, 32}), 1000U + 10U * 640 * 96);
}

}  // namespace
}  // namespace prewarm
