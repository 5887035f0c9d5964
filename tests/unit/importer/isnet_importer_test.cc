#include "inference-server/importer/isnet_importer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "tests/unit/importer/wire.h"

namespace prewarm {
namespace {

std::vector<float> Floats(const TensorView& view) {
  std::vector<float> values(view.bytes / sizeof(float));
  std::memcpy(values.data(), view.data, view.bytes);
  return values;
}

// `bytes` must outlive what is returned.
Result<ImportedWeights> Collect(const std::string& bytes) {
  const auto graph = ReadOnnx(bytes);
  EXPECT_TRUE(graph.ok()) << graph.error().message;
  return CollectConvolutions(*graph);
}

const std::vector<float> kWeight = {1, 2, 3, 4};  // 2 outputs, 2 inputs, 1x1
const std::vector<float> kBias = {0.5F, -1};
const std::vector<std::string> kNorm = {"y", "gamma", "beta", "mean", "var"};

std::vector<std::string> NormTensors(float first_variance) {
  return {wire::Tensor("w", {2, 2, 1, 1}, kWeight),
          wire::Tensor("b", {2}, kBias),
          wire::Tensor("gamma", {2}, {2, 0.5F}),
          wire::Tensor("beta", {2}, {0.25F, -3}),
          wire::Tensor("mean", {2}, {1, -2}),
          wire::Tensor("var", {2}, {first_variance, 9})};
}

TEST(IsNetImporter, ConvolutionIsNamedByItsModule) {
  const std::string file =
      wire::Model({wire::Node("Conv", "/stage1/rebnconvin/conv_s1/Conv",
                              {"x", "w", "b"}, "y")},
                  {wire::Tensor("w", {2, 2, 1, 1}, kWeight),
                   wire::Tensor("b", {2}, kBias)});
  const auto weights = Collect(file);
  ASSERT_TRUE(weights.ok()) << weights.error().message;
  const auto& tensors = weights->tensors;
  ASSERT_EQ(tensors.size(), 2U);
  EXPECT_EQ(Floats(tensors.at("stage1.rebnconvin.conv_s1.weight")), kWeight);
  EXPECT_EQ(Floats(tensors.at("stage1.rebnconvin.conv_s1.bias")), kBias);
}

// The definition, applied to what the convolution gives for an input.
TEST(IsNetImporter, FoldedConvolutionEqualsConvolutionThenBatchNorm) {
  const float epsilon = 0.5F;
  const std::string file =
      wire::Model({wire::Node("Conv", "/m/Conv", {"x", "w", "b"}, "y"),
                   wire::Node("BatchNormalization", "/m/bn", kNorm, "z",
                              wire::FloatAttribute("epsilon", epsilon))},
                  NormTensors(4));
  const auto weights = Collect(file);
  ASSERT_TRUE(weights.ok()) << weights.error().message;
  const auto weight = Floats(weights->tensors.at("m.weight"));
  const auto bias = Floats(weights->tensors.at("m.bias"));
  EXPECT_EQ(weights->tensors.at("m.weight").shape,
            (std::vector<std::int64_t>{2, 2, 1, 1}));
  const float x[2] = {0.75F, -1.25F};
  const float gamma[2] = {2, 0.5F};
  const float beta[2] = {0.25F, -3};
  const float mean[2] = {1, -2};
  const float variance[2] = {4, 9};
  for (std::size_t o = 0; o < 2; ++o) {
    const float y =
        kWeight[2 * o] * x[0] + kWeight[2 * o + 1] * x[1] + kBias[o];
    const float z =
        gamma[o] * (y - mean[o]) / std::sqrt(variance[o] + epsilon) + beta[o];
    EXPECT_NEAR(weight[2 * o] * x[0] + weight[2 * o + 1] * x[1] + bias[o], z,
                1e-5);
  }
}

TEST(IsNetImporter, ConvolutionWithoutBiasTakesTheBatchNorms) {
  const std::string file =
      wire::Model({wire::Node("Conv", "/m/Conv", {"x", "w"}, "y"),
                   wire::Node("BatchNormalization", "/m/bn", kNorm, "z",
                              wire::FloatAttribute("epsilon", 0))},
                  NormTensors(4));
  const auto weights = Collect(file);
  ASSERT_TRUE(weights.ok()) << weights.error().message;
  // beta - mean * gamma / sqrt(variance)
  EXPECT_FLOAT_EQ(Floats(weights->tensors.at("m.bias"))[0], 0.25F - 1);
}

void ExpectWeightsRefused(const std::string& file, const std::string& because) {
  const auto weights = Collect(file);
  ASSERT_FALSE(weights.ok()) << because;
  EXPECT_NE(weights.error().message.find(because), std::string::npos)
      << weights.error().message;
}

TEST(IsNetImporter, ImpossibleVarianceIsRefused) {
  for (const float variance : {-1.0F, std::nanf(""), -0.5F}) {
    ExpectWeightsRefused(
        wire::Model({wire::Node("Conv", "/m/Conv", {"x", "w", "b"}, "y"),
                     wire::Node("BatchNormalization", "/m/bn", kNorm, "z",
                                wire::FloatAttribute("epsilon", 0.5F))},
                    NormTensors(variance)),
        "/m/bn has an impossible variance in channel 0");
  }
}

TEST(IsNetImporter, BatchNormOfOtherLengthOrWithMissingTensorIsRefused) {
  auto tensors = NormTensors(4);
  const std::vector<std::string> nodes = {
      wire::Node("Conv", "/m/Conv", {"x", "w", "b"}, "y"),
      wire::Node("BatchNormalization", "/m/bn", kNorm, "z")};
  tensors[5] = wire::Tensor("var", {3}, {1, 1, 1});
  ExpectWeightsRefused(wire::Model(nodes, tensors), "3 values for 2 outputs");
  tensors.pop_back();
  ExpectWeightsRefused(wire::Model(nodes, tensors), "reads var");
}

TEST(IsNetImporter, BatchNormBehindSomethingElseIsRefused) {
  ExpectWeightsRefused(
      wire::Model({wire::Node("BatchNormalization", "/m/bn", kNorm, "z")},
                  NormTensors(4)),
      "/m/bn does not follow a convolution");
}

TEST(IsNetImporter, ConvolutionWithoutParametersIsNamed) {
  const std::string weight = wire::Tensor("w", {2, 2, 1, 1}, kWeight);
  ExpectWeightsRefused(
      wire::Model({wire::Node("Conv", "/m/Conv", {"x"}, "y")}, {}),
      "/m/Conv has no weight");
  ExpectWeightsRefused(
      wire::Model({wire::Node("Conv", "/m/Conv", {"x", "w"}, "y")}, {weight}),
      "/m/Conv has no bias");
  ExpectWeightsRefused(
      wire::Model({wire::Node("Conv", "/m/Conv", {"x", "q"}, "y")}, {weight}),
      "/m/Conv reads q");
}

TEST(IsNetImporter, TwoModulesOfOneNameAreRefused) {
  const std::string conv = wire::Node("Conv", "/m/Conv", {"x", "w", "b"}, "y");
  ExpectWeightsRefused(
      wire::Model({conv, conv}, {wire::Tensor("w", {2, 2, 1, 1}, kWeight),
                                 wire::Tensor("b", {2}, kBias)}),
      "two convolutions are named m");
}

TEST(IsNetCheck, ForeignWeightsSayWhatIsMissing) {
  std::map<std::string, TensorView> tensors;
  const Status none = CheckIsNet(tensors);
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().code, ErrorCode::kCorrupt);
  EXPECT_NE(none.error().message.find("tensors are missing (conv_in.bias"),
            std::string::npos)
      << none.error().message;
  EXPECT_NE(none.error().message.find(", ...)"), std::string::npos);
  tensors["conv_in.weight"].shape = {64, 3, 5, 5};
  EXPECT_NE(CheckIsNet(tensors).error().message.find(
                "1 have another shape (conv_in.weight: "),
            std::string::npos);
}

}  // namespace
}  // namespace prewarm
