#include "inference-server/quality/contestant.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"
#include "tests/support/test_model.h"

namespace prewarm::quality {
namespace {

using testing::HasSubstr;

TEST(ModelSpec, IsAModelAndMaybeItsPrecision) {
  EXPECT_EQ(ParseModelSpec("isnet")->model, "isnet");
  EXPECT_EQ(ParseModelSpec("isnet")->precision, Precision::kAuto);
  EXPECT_EQ(ParseModelSpec("isnet@auto")->precision, Precision::kAuto);
  EXPECT_EQ(ParseModelSpec("isnet@fp32")->precision, Precision::kFp32);
  EXPECT_EQ(ParseModelSpec("my-net.2@bf16")->model, "my-net.2");
  EXPECT_EQ(ParseModelSpec("isnet@bf16")->precision, Precision::kBf16);
}

TEST(ModelSpec, ThatIsNoneSaysHowItIsWritten) {
  for (const char* text : {"", "@", "@fp32", "@auto"}) {
    const auto spec = ParseModelSpec(text);
    ASSERT_FALSE(spec.ok()) << text;
    EXPECT_EQ(spec.error().code, ErrorCode::kInvalidArgument);
  }
  for (const char* text : {"isnet@", "isnet@fp8", "isnet@FP32", "a@b@fp32"}) {
    const auto spec = ParseModelSpec(text);
    ASSERT_FALSE(spec.ok()) << text;
    EXPECT_THAT(spec.error().message, HasSubstr("the precision is auto, fp32"));
  }
}

class ContestantTest : public testing::Test {
 protected:
  ContestantTest() { PublishTestModel(dir_.path()); }

  Result<Contestant> Open(const std::string& spec) {
    return Contestant::Open(ModelStore(dir_.path()), *ParseModelSpec(spec),
                            &factory_, 0);
  }

  TempDir dir_;
  FakeEngineFactory factory_;
};

TEST_F(ContestantTest, IsLabelledByThePrecisionInUse) {
  const auto contestant = Open("isnet");
  ASSERT_TRUE(contestant.ok()) << contestant.error().message;
  EXPECT_EQ(contestant->Label(), "isnet@fp32");
}

TEST_F(ContestantTest, AtAPrecisionThatTheEngineLacksIsRefused) {
  const auto contestant = Open("isnet@bf16");
  ASSERT_FALSE(contestant.ok());
  EXPECT_EQ(contestant.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(contestant.error().message, HasSubstr("only fp32"));
}

TEST_F(ContestantTest, OfAModelThatIsNotThereSaysHowToImportIt) {
  const auto contestant = Open("other");
  ASSERT_FALSE(contestant.ok());
  EXPECT_EQ(contestant.error().code, ErrorCode::kNotFound);
}

TEST_F(ContestantTest, GivesTheMatteAtThePicturesSize) {
  auto contestant = Open("isnet");
  ASSERT_TRUE(contestant.ok());
  DecodedImage image;
  image.rgb = MakeBitmap(200, 30, 3);
  for (auto& value : image.rgb.data) value = 51;
  const auto matte = contestant->Matte(image);
  ASSERT_TRUE(matte.ok());
  EXPECT_EQ(matte->width, 200);
  EXPECT_EQ(matte->height, 30);
  EXPECT_EQ(matte->channels, 1);
  EXPECT_EQ(matte->row(29)[199], 51);
}

TEST_F(ContestantTest, LeavesTransparentWhatWasTransparent) {
  auto contestant = Open("isnet");
  ASSERT_TRUE(contestant.ok());
  DecodedImage image;
  image.rgb = MakeBitmap(20, 30, 3);
  for (auto& value : image.rgb.data) value = 255;
  image.alpha = MakeBitmap(20, 30, 1);
  image.alpha->row(3)[7] = 128;
  const auto matte = contestant->Matte(image);
  ASSERT_TRUE(matte.ok());
  EXPECT_EQ(matte->row(3)[7], 128);
  EXPECT_EQ(matte->row(7)[3], 0);
}

}  // namespace
}  // namespace prewarm::quality
