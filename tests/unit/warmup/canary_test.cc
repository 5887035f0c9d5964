#include "inference-server/warmup/canary.h"

#include <gtest/gtest.h>

#include <limits>

namespace prewarm {
namespace {

// 0 on the left, `high` on the right.
Plane Ramp(float high = 1) {
  Plane plane = MakePlane(80, 50);
  for (std::size_t i = 0; i < plane.data.size(); ++i) {
    plane.data[i] = high * static_cast<float>(i % 80) / 79;
  }
  return plane;
}

bool Passes(const Plane& matte, const Plane& reference,
            Precision precision = Precision::kFp32) {
  return CompareToReference(matte, reference, BoundsOf("isnet", precision))
      .passed;
}

TEST(Proof, EqualMattesPass) {
  const Verification v = CompareToReference(Ramp(), Ramp(), ProofBounds());
  EXPECT_TRUE(v.passed);
  EXPECT_EQ(v.max_abs_error, 0);
  EXPECT_EQ(v.lowest, 0);
  EXPECT_EQ(v.highest, 1);
}

TEST(Proof, OneNanFailsWhereverItIs) {
  for (const std::size_t at : {0U, 1999U, 3999U}) {
    for (const float bad : {std::numeric_limits<float>::quiet_NaN(),
                            std::numeric_limits<float>::infinity()}) {
      for (const Precision precision : {Precision::kFp32, Precision::kBf16}) {
        Plane damaged = Ramp();
        damaged.data[at] = bad;
        EXPECT_FALSE(Passes(damaged, Ramp(), precision));
        EXPECT_FALSE(Passes(Ramp(), damaged, precision));
        EXPECT_FALSE(Passes(damaged, damaged, precision));
      }
    }
  }
}

TEST(Proof, ConstantMatteFailsEvenIfTheReferenceIsOne) {
  for (const float value : {0.F, 0.5F, 1.F}) {
    Plane constant = MakePlane(8, 8);
    for (float& each : constant.data) each = value;
    EXPECT_FALSE(Passes(constant, constant)) << value;
  }
}

TEST(Proof, MatteOfLittleRangeFails) {
  EXPECT_FALSE(Passes(Ramp(0.04F), Ramp(0.04F)));
  EXPECT_TRUE(Passes(Ramp(0.06F), Ramp(0.06F)));
}

TEST(Proof, ValuesOutsideZeroToOneFail) {
  EXPECT_FALSE(Passes(Ramp(1.0001F), Ramp(1.0001F)));
  EXPECT_FALSE(Passes(Ramp(-1), Ramp(-1)));
}

TEST(Proof, MattesOfDifferentSizesOrNoneFail) {
  EXPECT_FALSE(Passes(Ramp(), MakePlane(50, 80)));
  EXPECT_FALSE(Passes(Ramp(), MakePlane(8, 8)));
  EXPECT_FALSE(Passes(Plane{}, Plane{}));
}

// `count` pixels further from the reference by `error`.
Plane Off(std::size_t count, float error) {
  Plane matte = Ramp();
  for (std::size_t i = 0; i < count; ++i) {
    float& value = matte.data[i * 7 % matte.data.size()];
    value += value < 0.5F ? error : -error;
  }
  return matte;
}

TEST(Proof, Fp32HasNoPixelsToSpare) {
  EXPECT_TRUE(Passes(Off(4000, 0.000004F), Ramp()));
  EXPECT_FALSE(Passes(Off(4000, 0.000006F), Ramp()));  // the mean
  EXPECT_FALSE(Passes(Off(1, 0.005F), Ramp()));        // the share
  EXPECT_TRUE(Passes(Off(3, 0.0003F), Ramp()));
  EXPECT_FALSE(Passes(Off(6, 0.0003F), Ramp()));  // the percentile
}

TEST(Proof, Bf16MayBeOffAtOnePixelInTwoThousand) {
  EXPECT_TRUE(Passes(Off(4000, 0.00019F), Ramp(), Precision::kBf16));
  EXPECT_FALSE(Passes(Off(4000, 0.00021F), Ramp(), Precision::kBf16));
  EXPECT_TRUE(Passes(Off(2, 0.02F), Ramp(), Precision::kBf16));
  EXPECT_FALSE(Passes(Off(3, 0.005F), Ramp(), Precision::kBf16));  // the share
  EXPECT_TRUE(Passes(Off(3, 0.0038F), Ramp(), Precision::kBf16));
  EXPECT_FALSE(
      Passes(Off(6, 0.0038F), Ramp(), Precision::kBf16));  // the percentile
}

TEST(Proof, SaysHowFarOffItIs) {
  const Verification v =
      CompareToReference(Off(40, 0.01F), Ramp(), ProofBounds());
  EXPECT_NEAR(v.max_abs_error, 0.01, 1e-6);
  EXPECT_NEAR(v.mean_abs_error, 0.0001, 1e-6);
  EXPECT_NEAR(v.share_off, 0.01, 1e-9);
  EXPECT_NEAR(v.p999, 0.01, 1e-6);
}

}  // namespace
}  // namespace prewarm
