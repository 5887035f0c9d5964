#include "inference-server/engine/torch/inspyrenet/int8_codes.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

namespace prewarm::inspyrenet {
namespace {

constexpr float kHuge = 3.3e38F;
constexpr float kInfinity = std::numeric_limits<float>::infinity();

struct Encoded {
  std::vector<std::uint8_t> codes;
  TokenScale token;
  float Value(std::size_t i) const {
    return token.scale * static_cast<float>(codes[i] - token.zero);
  }
};

template <typename T>
Encoded Of(const std::vector<T>& token) {
  Encoded made{std::vector<std::uint8_t>(token.size()), {}};
  made.token = Encode(token.data(), static_cast<std::int64_t>(token.size()),
                      made.codes.data());
  return made;
}

// 37 values: full vectors and a rest.
std::vector<float> Token(float factor, float offset) {
  std::vector<float> token(37);
  for (std::size_t i = 0; i < token.size(); ++i) {
    token[i] = factor * (std::sin(0.7F * static_cast<float>(i)) + offset);
  }
  return token;
}

TEST(Int8Codes, NoValueIsOffByMoreThanHalfTheScale) {
  for (const float factor : {1e-30F, 1e-3F, 1.F, 1e4F, 1e30F}) {
    for (const float offset : {0.F, -0.9F, 5.F, -5.F}) {
      const auto token = Token(factor, offset);
      const Encoded made = Of(token);
      for (std::size_t i = 0; i < token.size(); ++i) {
        EXPECT_LE(std::abs(made.Value(i) - token[i]),
                  0.501F * made.token.scale);
      }
    }
  }
}

TEST(Int8Codes, ScaleIsTheRangeAndTheRangeHasZero) {
  EXPECT_FLOAT_EQ(Of<float>({-1, 4, 0.3F}).token.scale, 5.F / 255);
  EXPECT_FLOAT_EQ(Of<float>({2, 4}).token.scale, 4.F / 255);
  EXPECT_FLOAT_EQ(Of<float>({-4, -2}).token.scale, 4.F / 255);
}

TEST(Int8Codes, ZeroIsExactEvenBesideLargeValues) {
  const Encoded made = Of<float>({-3.3F, 0, 1e6F, -0.F});
  EXPECT_EQ(made.Value(1), 0);
  EXPECT_EQ(made.Value(3), 0);
}

TEST(Int8Codes, TokenOfZerosIsZeros) {
  const Encoded made = Of<float>({0, 0, -0.F});
  EXPECT_GT(made.token.scale, 0);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(made.Value(i), 0);
}

TEST(Int8Codes, HugeAndTinyValuesFit) {
  const Encoded made = Of<float>({kHuge, -kHuge, 0});
  EXPECT_TRUE(std::isfinite(made.token.scale));
  EXPECT_NEAR(made.Value(0) / kHuge, 1, 0.005);
  EXPECT_NEAR(made.Value(1) / kHuge, -1, 0.005);
  const Encoded tiny = Of<float>({1e-45F, -1e-45F});
  EXPECT_TRUE(std::isfinite(tiny.Value(0)));
  EXPECT_LT(std::abs(tiny.Value(0)), 1e-37F);
}

TEST(Int8Codes, ValueThatIsNotFiniteMakesTheScaleNan) {
  for (const float bad :
       {std::nanf(""), -std::nanf(""), kInfinity, -kInfinity}) {
    for (const std::size_t place : {0, 20, 36}) {
      auto token = Token(1, 0);
      token[place] = bad;
      EXPECT_TRUE(std::isnan(Of(token).token.scale)) << bad << " " << place;
      std::vector<c10::BFloat16> half(token.begin(), token.end());
      EXPECT_TRUE(std::isnan(Of(half).token.scale)) << bad << " " << place;
    }
  }
}

TEST(Int8Codes, Bfloat16EncodesAsTheSameFloats) {
  const auto floats = Token(3, 0.2F);
  const std::vector<c10::BFloat16> half(floats.begin(), floats.end());
  const Encoded of_half = Of(half);
  const Encoded of_same = Of(std::vector<float>(half.begin(), half.end()));
  EXPECT_EQ(of_half.codes, of_same.codes);
  EXPECT_EQ(of_half.token.scale, of_same.token.scale);
  EXPECT_EQ(of_half.token.zero, of_same.token.zero);
}

class Decoding : public ::testing::Test {
 protected:
  static constexpr std::int64_t kCount = 19;
  template <typename T>
  std::vector<T> Run(const TokenScale& token) const {
    std::vector<T> y(kCount);
    Decode(sums_.data(), token,
           {kCount, scales_.data(), totals_.data(), bias_.data()}, y.data());
    return y;
  }
  void SetUp() override {
    for (int i = 0; i < kCount; ++i) {
      sums_.push_back(1000 * i - 7000);
      totals_.push_back(13 * i - 100);
      scales_.push_back(0.01F * static_cast<float>(i));
      bias_.push_back(0.5F - static_cast<float>(i));
    }
  }
  std::vector<std::int32_t> sums_, totals_;
  std::vector<float> scales_, bias_;
};

TEST_F(Decoding, TakesTheZeroOutOfTheSums) {
  const auto y = Run<float>({0.25F, 7});
  for (int i = 0; i < kCount; ++i) {
    EXPECT_FLOAT_EQ(
        y[i],
        0.25F * scales_[i] * static_cast<float>(sums_[i] - 7 * totals_[i]) +
            bias_[i]);
  }
}

TEST_F(Decoding, RoundsToBfloat16AsTorchDoes) {
  const auto exact = Run<float>({0.25F, 7});
  const auto y = Run<c10::BFloat16>({0.25F, 7});
  for (int i = 0; i < kCount; ++i) EXPECT_EQ(y[i].x, c10::BFloat16(exact[i]).x);
}

TEST_F(Decoding, TiesGoToTheEvenBfloat16) {
  scales_.assign(kCount, 1);
  bias_.assign(kCount, 0);
  sums_[0] = 257;  // between 256 and 258
  sums_[1] = 259;  // between 258 and 260
  const auto y = Run<c10::BFloat16>({1, 0});
  EXPECT_EQ(static_cast<float>(y[0]), 256);
  EXPECT_EQ(static_cast<float>(y[1]), 260);
}

TEST_F(Decoding, NanOfAnyBitsStaysOne) {
  const std::uint32_t bits = 0x7FFFFFFF;  // rounded up, it would be -0
  std::memcpy(&bias_[0], &bits, sizeof(bits));
  EXPECT_TRUE(std::isnan(Run<c10::BFloat16>({1, 0})[0]));
}

TEST_F(Decoding, NanScaleMakesEveryOutputNan) {
  for (const float y : Run<float>({std::nanf(""), 0})) {
    EXPECT_TRUE(std::isnan(y));
  }
  for (const c10::BFloat16 y : Run<c10::BFloat16>({std::nanf(""), 0})) {
    EXPECT_TRUE(std::isnan(static_cast<float>(y)));
  }
}

}  // namespace
}  // namespace prewarm::inspyrenet
