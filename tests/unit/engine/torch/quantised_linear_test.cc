#include "inference-server/engine/torch/inspyrenet/quantised_linear.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <gtest/gtest.h>

#include <cmath>
#include <thread>
#include <vector>

namespace prewarm::inspyrenet {
namespace {

at::Tensor Normal(at::IntArrayRef shape) {
  return at::randn(shape, at::detail::createCPUGenerator(5), at::kFloat);
}

Int8Weight InEightBits(const at::Tensor& weight) {
  auto made = Quantise(weight, "weight");
  EXPECT_TRUE(made.ok());
  return std::move(made).value();
}

float RelativeError(const at::Tensor& y, const at::Tensor& exact) {
  const at::Tensor off = y.to(at::kDouble) - exact.to(at::kDouble);
  return (off.norm() / exact.to(at::kDouble).norm()).item().to<float>();
}

struct Layer {
  Layer(std::int64_t in, std::int64_t out)
      : weight(Normal({out, in}) / std::sqrt(static_cast<double>(in))),
        bias(Normal({out}) * 0.1),
        eight(InEightBits(weight)) {}
  QuantisedLinear Make(at::ScalarType type = at::kFloat,
                       bool bytes = MultipliesInt8()) const {
    return QuantisedLinear(eight, bias, type, bytes);
  }
  at::Tensor Exact(const at::Tensor& x) const {
    return at::linear(x, weight, bias);
  }
  at::Tensor weight, bias;
  Int8Weight eight;
};

// Both arithmetics where the machine has both.
class QuantisedLinearTest : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    if (GetParam() && !MultipliesInt8()) {
      GTEST_SKIP() << "this CPU multiplies no bytes";
    }
  }
  const c10::InferenceMode guard_;
};

TEST_P(QuantisedLinearTest, IsNearTheLinearLayerForEveryShape) {
  for (const auto& [tokens, in, out] :
       std::vector<std::array<std::int64_t, 3>>{{1, 1, 1},
                                                {1, 128, 384},
                                                {3, 7, 5},
                                                {31, 33, 65},
                                                {144, 512, 1536},
                                                {1000, 129, 127},
                                                {2049, 64, 512}}) {
    const Layer layer(in, out);
    const at::Tensor x = Normal({tokens, in});
    EXPECT_LT(
        RelativeError(layer.Make(at::kFloat, GetParam())(x), layer.Exact(x)),
        0.015F)
        << tokens << " x " << in << " x " << out;
    const at::Tensor half =
        layer.Make(at::kBFloat16, GetParam())(x.to(at::kBFloat16));
    EXPECT_EQ(half.scalar_type(), at::kBFloat16);
    EXPECT_LT(RelativeError(half, layer.Exact(x)), 0.02F);
  }
}

TEST_P(QuantisedLinearTest, KeepsTheOtherAxes) {
  const Layer layer(16, 24);
  const QuantisedLinear linear = layer.Make(at::kFloat, GetParam());
  const at::Tensor x = Normal({2, 3, 5, 16});
  const at::Tensor y = linear(x);
  EXPECT_EQ(y.sizes(), at::IntArrayRef({2, 3, 5, 24}));
  EXPECT_LT(RelativeError(y, layer.Exact(x)), 0.02F);
  EXPECT_EQ(linear(x.slice(0, 0, 0)).sizes(), at::IntArrayRef({0, 3, 5, 24}));
  EXPECT_EQ(linear(x[0][0][0]).sizes(), at::IntArrayRef({24}));
}

TEST_P(QuantisedLinearTest, TakesStridedTokens) {
  const Layer layer(16, 24);
  const QuantisedLinear linear = layer.Make(at::kFloat, GetParam());
  const at::Tensor x = Normal({16, 40}).t();
  EXPECT_LT(RelativeError(linear(x), linear(x.contiguous())), 1e-6F);
}

TEST_P(QuantisedLinearTest, LayerWithoutBiasAddsNone) {
  const Layer layer(16, 24);
  const QuantisedLinear linear(layer.eight, {}, at::kFloat, GetParam());
  EXPECT_EQ(linear(at::zeros({3, 16})).abs().max().item<float>(), 0);
}

TEST_P(QuantisedLinearTest, TokensAndChannelsOfZerosGiveTheBias) {
  Layer layer(32, 8);
  layer.weight[3].zero_();
  layer.eight = InEightBits(layer.weight);
  at::Tensor x = Normal({5, 32});
  x[2].zero_();
  const at::Tensor y = layer.Make(at::kFloat, GetParam())(x);
  EXPECT_TRUE(at::equal(y[2], layer.bias));
  EXPECT_TRUE(at::equal(y.select(1, 3), layer.bias[3].expand({5})));
}

TEST_P(QuantisedLinearTest, ValuesOfAnyMagnitudeAreAsNear) {
  for (const double factor : {1e-20, 1e-6, 1e6, 1e20}) {
    Layer layer(64, 32);
    layer.weight.mul_(1 / factor);
    layer.eight = InEightBits(layer.weight);
    const at::Tensor x = Normal({9, 64}) * factor;
    EXPECT_LT(
        RelativeError(layer.Make(at::kFloat, GetParam())(x), layer.Exact(x)),
        0.02F)
        << factor;
  }
}

TEST_P(QuantisedLinearTest, ValueThatIsNotFiniteShowsInItsTokenAlone) {
  const Layer layer(64, 32);
  const QuantisedLinear linear = layer.Make(at::kFloat, GetParam());
  const at::Tensor x = Normal({9, 64});
  const at::Tensor clean = linear(x);
  x[4][17] = std::nanf("");
  const at::Tensor y = linear(x);
  EXPECT_TRUE(at::isnan(y[4]).all().item<bool>());
  EXPECT_TRUE(at::isfinite(y.slice(0, 0, 4)).all().item<bool>());
  EXPECT_LT(RelativeError(y.slice(0, 5), clean.slice(0, 5)), 1e-6F);
}

TEST_P(QuantisedLinearTest, WhatDoesNotFitThrows) {
  const Layer layer(16, 24);
  const QuantisedLinear linear = layer.Make(at::kFloat, GetParam());
  EXPECT_THROW(linear(Normal({3, 15})), c10::Error);
  EXPECT_THROW(linear(Normal({3, 16}).to(at::kDouble)), c10::Error);
  const auto make = [&](const Int8Weight& weight, const at::Tensor& bias) {
    return QuantisedLinear(weight, bias, at::kFloat, GetParam());
  };
  EXPECT_THROW(make(layer.eight, Normal({23})), c10::Error);
  EXPECT_THROW(make(layer.eight, layer.bias.to(at::kDouble)), c10::Error);
  EXPECT_THROW(make(InEightBits(Normal({4, 3, 2})), {}), c10::Error);
  EXPECT_THROW(make({layer.eight.values, at::Tensor()}, {}), c10::Error);
}

INSTANTIATE_TEST_SUITE_P(Arithmetics, QuantisedLinearTest, ::testing::Bool(),
                         [](const auto& info) {
                           return info.param ? "Bytes" : "Widened";
                         });

class QuantisedLinearOfBytes : public QuantisedLinearTest {};

TEST_P(QuantisedLinearOfBytes, IsTheSumOfProductsToTheLastBit) {
  Layer layer(96, 40);
  layer.eight.scales.fill_(1);
  // Codes of such a token are its values + 100.
  at::Tensor x = at::randint(-100, 155, {21, 96},
                             at::detail::createCPUGenerator(3), at::kFloat);
  x.select(1, 0).fill_(-100);
  x.select(1, 1).fill_(155);
  const at::Tensor exact =
      at::matmul(x.to(at::kDouble), layer.eight.values.to(at::kDouble).t());
  const at::Tensor y = QuantisedLinear(layer.eight, {}, at::kFloat)(x);
  EXPECT_TRUE(at::equal(y, exact.to(at::kFloat)));
}

TEST_P(QuantisedLinearOfBytes, TokenIsTheSameWhateverItIsComputedWith) {
  const Layer layer(128, 2048);  // 512 tokens at once
  const QuantisedLinear linear = layer.Make();
  const at::Tensor x = Normal({1300, 128});
  x[700].mul_(1e4);
  const at::Tensor all = linear(x);
  for (const std::int64_t i : {0, 511, 512, 699, 701, 1299}) {
    EXPECT_TRUE(at::equal(all[i], linear(x[i]))) << i;
  }
  EXPECT_TRUE(at::equal(all.slice(0, 3, 900), linear(x.slice(0, 3, 900))));
}

TEST_P(QuantisedLinearOfBytes, LargeTokenCostsItsNeighboursNoAccuracy) {
  const Layer layer(128, 64);
  const at::Tensor x = Normal({50, 128});
  x[7].mul_(1e5);
  EXPECT_LT(
      RelativeError(layer.Make()(x).slice(0, 8), layer.Exact(x).slice(0, 8)),
      0.015F);
}

TEST_P(QuantisedLinearOfBytes, LeavesTheWeightsWhereTheyLie) {
  const Layer layer(16, 24);
  const QuantisedLinear linear = layer.Make();
  const at::Tensor x = Normal({3, 16});
  const at::Tensor before = linear(x);
  layer.eight.values[5].zero_();
  const at::Tensor after = linear(x);
  EXPECT_FALSE(at::equal(before.select(1, 5), after.select(1, 5)));
  EXPECT_TRUE(at::equal(before.select(1, 6), after.select(1, 6)));
}

TEST_P(QuantisedLinearOfBytes, ThreadsMayShareOne) {
  const Layer layer(128, 256);
  const QuantisedLinear linear = layer.Make();
  const at::Tensor x = Normal({300, 128});
  const at::Tensor expected = linear(x);
  std::vector<int> wrong(4);
  std::vector<std::thread> threads;
  threads.reserve(wrong.size());
  for (int& count : wrong) {
    threads.emplace_back([&] {
      const c10::InferenceMode guard;
      for (int i = 0; i < 20; ++i) {
        if (!at::equal(linear(x), expected)) ++count;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, std::vector<int>(4));
}

INSTANTIATE_TEST_SUITE_P(Here, QuantisedLinearOfBytes, ::testing::Values(true));

TEST(MultipliesInt8, IsNotClaimedWhereOneDnnMayNotUseVnni) {
  const char* cap = std::getenv("ONEDNN_MAX_CPU_ISA");
  if (cap == nullptr) GTEST_SKIP() << "ctest runs it with a cap";
  EXPECT_FALSE(MultipliesInt8());
}

}  // namespace
}  // namespace prewarm::inspyrenet
