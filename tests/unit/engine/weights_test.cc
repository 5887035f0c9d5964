#include "inference-server/engine/isnet/weights.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "tests/unit/engine/weights_file.h"

namespace prewarm::isnet {
namespace {

using ::testing::HasSubstr;

class IsNetWeights : public ::testing::Test {
 protected:
  Result<std::unique_ptr<Weights>> Open(
      const std::function<void(FileTensors*)>& damage) {
    return Weights::Open(MapWeightsFile(
        ::testing::UnitTest::GetInstance()->current_test_info()->name(),
        damage));
  }

  void ExpectRefused(const std::function<void(FileTensors*)>& damage,
                     const std::string& tensor) {
    const auto weights = Open(damage);
    ASSERT_FALSE(weights.ok());
    EXPECT_EQ(weights.error().code, ErrorCode::kCorrupt);
    EXPECT_EQ(weights.error().field, tensor);
    EXPECT_THAT(weights.error().message, HasSubstr(tensor));
  }
};

TEST_F(IsNetWeights, TableHasAllConvolutionsThatAreUsed) {
  EXPECT_EQ(Convolutions().size(), 114U);
}

TEST_F(IsNetWeights, ValuesComeInTheOrderOfTheFile) {
  auto weights = Open([](FileTensors* tensors) {
    FileTensor& half = (*tensors)["conv_in.weight"];
    half.data = Halves(0x3c00, 2);
    half.data.push_back(0x00);
    half.data.push_back(0x40);  // 1, 1, 2, then zeros
    FileTensor& single = (*tensors)["side1.weight"];
    single.dtype = "F32";
    single.data = Floats({0.5F, -0.25F});
  });
  ASSERT_TRUE(weights.ok()) << weights.error().message;
  const ConvValues in = weights.value()->Read("conv_in");
  EXPECT_EQ(in.out_channels, 64);
  EXPECT_EQ(in.in_channels, 3);
  EXPECT_EQ(in.weight[1], 1.F);
  EXPECT_EQ(in.weight[2], 2.F);
  EXPECT_EQ(in.weight[64 * 27 - 1], 0.F);
  EXPECT_EQ(in.bias[63], 0.F);
  const ConvValues out = weights.value()->Read("side1");
  EXPECT_EQ(out.weight[0], 0.5F);
  EXPECT_EQ(out.weight[1], -0.25F);
  // Read again after its pages were given back.
  EXPECT_EQ(weights.value()->Read("conv_in").weight[2], 2.F);
  EXPECT_TRUE(weights.value()->status().ok());
}

TEST_F(IsNetWeights, MissingTensorIsNamed) {
  ExpectRefused(
      [](FileTensors* tensors) {
        tensors->erase("stage3.rebnconv2.conv_s1.bias");
      },
      "stage3.rebnconv2.conv_s1.bias");
}

TEST_F(IsNetWeights, WrongShapeIsNamedWithTheExpectedOne) {
  const std::string name = "stage5.rebnconv4.conv_s1.weight";
  const auto weights = Open([&](FileTensors* tensors) {
    (*tensors)[name].shape = {256, 256, 3, 1};
  });
  ASSERT_FALSE(weights.ok());
  EXPECT_EQ(weights.error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(weights.error().field, name);
  EXPECT_THAT(weights.error().message, HasSubstr("[256,256,3,1]"));
  EXPECT_THAT(weights.error().message, HasSubstr("[256,256,3,3]"));
}

TEST_F(IsNetWeights, OtherTypesAreRefused) {
  ExpectRefused(
      [](FileTensors* tensors) { (*tensors)["side1.bias"].dtype = "BF16"; },
      "side1.bias");
}

TEST_F(IsNetWeights, ValuesThatAreNotFiniteAreFoundAndNamed) {
  auto weights = Open([](FileTensors* tensors) {
    FileTensor& bias = (*tensors)["stage1.rebnconv1.conv_s1.bias"];
    bias.dtype = "F32";
    bias.data = Floats({0.F, std::numeric_limits<float>::quiet_NaN()});
    (*tensors)["side1.weight"].data = Halves(0x7c00, 1);
  });
  ASSERT_TRUE(weights.ok()) << weights.error().message;
  weights.value()->Read("conv_in");
  EXPECT_TRUE(weights.value()->status().ok());
  weights.value()->Read("stage1.rebnconv1.conv_s1");
  weights.value()->Read("side1");
  ASSERT_FALSE(weights.value()->status().ok());
  EXPECT_EQ(weights.value()->status().error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(weights.value()->status().error().field,
            "stage1.rebnconv1.conv_s1.bias");
}

TEST_F(IsNetWeights, NoneAreRefused) {
  EXPECT_EQ(Weights::Open(nullptr).error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace prewarm::isnet
