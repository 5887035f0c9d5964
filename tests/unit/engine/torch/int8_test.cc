#include "inference-server/engine/torch/inspyrenet/int8.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace prewarm::inspyrenet {
namespace {

constexpr char kName[] = "backbone.layers.0.blocks.0.mlp.fc1.weight";

Int8Weight Quantised(const at::Tensor& weight) {
  auto made = Quantise(weight, kName);
  EXPECT_TRUE(made.ok());
  return std::move(made).value();
}

at::Tensor Sines(at::IntArrayRef shape) {
  return at::sin(at::arange(c10::multiply_integers(shape), at::kFloat) * 0.7311)
      .view(shape);
}

std::int8_t At(const Int8Weight& weight, std::int64_t row, std::int64_t i) {
  return weight.values[row][i].item<std::int8_t>();
}

TEST(Int8, NoValueIsOffByMoreThanHalfItsChannelsScale) {
  const at::Tensor weight =
      Sines({7, 33}) *
      at::tensor({1e-6F, 1e-3F, 0.1F, 1.F, 3.F, 1e3F, 1e6F}).view({7, 1});
  const Int8Weight eight = Quantised(weight);
  const at::Tensor off =
      (Dequantise(eight, at::kFloat) - weight).abs().amax(1) / eight.scales;
  EXPECT_LE(off.max().item<float>(), 0.5001F);
  EXPECT_EQ(eight.values.to(at::kInt).abs().amax(1).min().item<int>(), 127);
}

TEST(Int8, HalvesGoToTheEvenNeighbour) {
  const Int8Weight eight = Quantised(
      at::tensor({127.F, 0.5F, 1.5F, 2.5F, -0.5F, -2.5F}).view({1, 6}));
  const int expected[] = {127, 0, 2, 2, 0, -2};
  for (int i = 0; i < 6; ++i) EXPECT_EQ(At(eight, 0, i), expected[i]) << i;
}

TEST(Int8, IsSymmetric) {
  const at::Tensor weight = Sines({3, 40});
  EXPECT_TRUE(
      at::equal(Quantised(weight).values, Quantised(-weight).values.neg()));
}

TEST(Int8, ChannelOfZerosStaysOne) {
  at::Tensor weight = Sines({3, 8});
  weight[1].zero_();
  const Int8Weight eight = Quantised(weight);
  const at::Tensor back = Dequantise(eight, at::kFloat);
  EXPECT_EQ(back[1].abs().max().item<float>(), 0);
  EXPECT_TRUE(at::isfinite(back).all().item<bool>());
  EXPECT_EQ(eight.scales[1].item<float>(), 0);
}

TEST(Int8, ChannelSmallerThanAnyNormalScaleIsZeros) {
  const Int8Weight eight =
      Quantised(at::tensor({1e-39F, -1e-39F}).view({1, 2}));
  EXPECT_EQ(eight.scales.max().item<float>(), 0);
  EXPECT_EQ(At(eight, 0, 0), 0);
  EXPECT_EQ(At(eight, 0, 1), 0);
}

TEST(Int8, HugeAndTinyValuesStayFinite) {
  constexpr float kHuge = 3.4e38F;
  constexpr float kTiny = std::numeric_limits<float>::denorm_min();
  const at::Tensor weight =
      at::tensor({kHuge, -kHuge, kTiny, -kTiny}).view({2, 2});
  const at::Tensor back = Dequantise(Quantised(weight), at::kFloat);
  EXPECT_TRUE(at::isfinite(back).all().item<bool>());
  EXPECT_NEAR(back[0][0].item<float>() / kHuge, 1, 1e-5);
  EXPECT_EQ(back[1].abs().max().item<float>(), 0);
}

TEST(Int8, WeightThatIsNotFiniteIsRefusedByName) {
  for (const float bad :
       {std::nanf(""), -std::nanf(""), std::numeric_limits<float>::infinity(),
        -std::numeric_limits<float>::infinity()}) {
    at::Tensor weight = Sines({3, 8});
    weight[2][5] = bad;
    const auto made = Quantise(weight, kName);
    ASSERT_FALSE(made.ok()) << bad;
    EXPECT_EQ(made.error().code, ErrorCode::kCorrupt);
    EXPECT_EQ(made.error().field, kName);
    EXPECT_NE(made.error().message.find(kName), std::string::npos);
  }
}

TEST(Int8, KernelsHaveAScaleForEachOutputChannelToo) {
  const at::Tensor weight = Sines({4, 3, 5, 5});
  const Int8Weight eight = Quantised(weight);
  EXPECT_EQ(eight.values.sizes(), weight.sizes());
  EXPECT_EQ(eight.scales.sizes(), at::IntArrayRef({4}));
  const at::Tensor back = Dequantise(eight, at::kBFloat16);
  EXPECT_EQ(back.scalar_type(), at::kBFloat16);
  EXPECT_LT((back.to(at::kFloat) - weight).abs().max().item<float>(), 0.009F);
}

TEST(Int8, WhatIsNoWeightInEightBitsThrows) {
  const Int8Weight good = Quantised(Sines({4, 6}));
  EXPECT_NO_THROW(CheckInt8(good));
  Int8Weight bad[] = {good, good, good, good, good, good, good};
  bad[0].values = good.values.to(at::kByte);
  bad[1].scales = good.scales.to(at::kDouble);
  bad[2].scales = good.scales.slice(0, 1);
  bad[3].scales = good.scales * std::nanf("");
  bad[4].scales = -good.scales;
  bad[5].values = good.values.t().contiguous().t();
  bad[6] = {};
  for (const Int8Weight& weight : bad) {
    EXPECT_THROW(CheckInt8(weight), c10::Error);
    EXPECT_THROW(Dequantise(weight, at::kFloat), c10::Error);
  }
}

}  // namespace
}  // namespace prewarm::inspyrenet
