#include "inference-server/engine/device.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace prewarm {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const DeviceLoss kLoss = {"cuda", "an illegal memory access"};

TEST(Device, AutoTriesTheGpuFirst) {
  EXPECT_THAT(DevicesToTry("auto", {}), ElementsAre("cuda", "cpu"));
}

TEST(Device, ChosenOneIsTheOnlyOne) {
  EXPECT_THAT(DevicesToTry("cpu", {}), ElementsAre("cpu"));
  EXPECT_THAT(DevicesToTry("cuda", {}), ElementsAre("cuda"));
}

TEST(Device, LostOnceIsTriedAgainByANewProcess) {
  EXPECT_THAT(DevicesToTry("auto", {kLoss}), ElementsAre("cuda", "cpu"));
}

TEST(Device, LostTwiceIsLeftOut) {
  EXPECT_THAT(DevicesToTry("auto", {kLoss, kLoss}), ElementsAre("cpu"));
  EXPECT_THAT(DevicesToTry("cuda", {kLoss, kLoss}), IsEmpty());
  EXPECT_THAT(DevicesToTry("cpu", {kLoss, kLoss}), ElementsAre("cpu"));
}

// Or each new process would forget it, and try the device for ever.
TEST(DeviceLosses, OfADeviceThatWasNotAskedForIsThatOfTheFirstTried) {
  EXPECT_EQ(Attribute({"cuda:0", "sticky"}, {"cuda", "cpu"}).device, "cuda");
  EXPECT_EQ(Attribute({"", "sticky"}, {"cpu"}).device, "cpu");
  EXPECT_EQ(Attribute({"cpu", "x"}, {"cuda", "cpu"}).device, "cpu");
  EXPECT_EQ(Attribute({"gpu", "x"}, {}).device, "gpu");
}

TEST(DeviceLosses, ComeBackAsTheyWereHandedOver) {
  const auto losses = ParseLosses(FormatLosses({kLoss, {"cpu", "x: y"}}));
  ASSERT_EQ(losses.size(), 2U);
  EXPECT_EQ(losses[0].device, "cuda");
  EXPECT_EQ(losses[0].reason, kLoss.reason);
  EXPECT_EQ(losses[1].reason, "x: y");
}

TEST(DeviceLosses, ReasonOfSeveralLinesStaysOneLine) {
  const auto losses = ParseLosses(FormatLosses({{"cuda", "a\ncuda: b"}}));
  ASSERT_EQ(losses.size(), 1U);
  EXPECT_EQ(losses[0].reason, "a cuda: b");
}

TEST(DeviceLosses, DoNotGrowForEver) {
  const std::vector<DeviceLoss> many(100, {"cuda", std::string(9000, 'x')});
  EXPECT_LT(FormatLosses(many).size(), 5000U);
  EXPECT_EQ(ParseLosses(FormatLosses(many)).size(), 8U);
}

TEST(DeviceLosses, StrangeLinesAreLeftOut) {
  EXPECT_THAT(ParseLosses("\ncuda\ncuda:x\n: x\ngpu: x\n"), IsEmpty());
}

}  // namespace
}  // namespace prewarm
