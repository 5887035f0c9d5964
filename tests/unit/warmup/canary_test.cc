#include "inference-server/warmup/canary.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace prewarm {
namespace {

// 0 on the left, `high` on the right.
Plane Ramp(float high = 1) {
  Plane plane = MakePlane(8, 8);
  for (std::size_t i = 0; i < plane.data.size(); ++i) {
    plane.data[i] = high * static_cast<float>(i % 8) / 7;
  }
  return plane;
}

TEST(Canary, IsTheSamePictureEveryTime) {
  EXPECT_EQ(MakeCanary(64, 48).data, MakeCanary(64, 48).data);
}

TEST(Canary, HasABrightSubjectOnADarkGround) {
  const Bitmap canary = MakeCanary(64, 64);
  const std::ptrdiff_t middle = 96;  // the red of pixel 32
  EXPECT_EQ(canary.row(32)[middle], 220);
  EXPECT_LT(canary.row(0)[0], 90);
}

TEST(Canary, TwoEqualMattesOfAllShadesPass) {
  const Verification v = CompareCanaries(Ramp(), Ramp());
  EXPECT_TRUE(v.passed);
  EXPECT_EQ(v.max_abs_error, 0);
  EXPECT_EQ(v.lowest, 0);
  EXPECT_EQ(v.highest, 1);
}

TEST(Canary, OneNanFailsWhereverItIs) {
  for (const std::size_t at : {0U, 31U, 63U}) {
    for (const float bad : {std::numeric_limits<float>::quiet_NaN(),
                            std::numeric_limits<float>::infinity()}) {
      Plane damaged = Ramp();
      damaged.data[at] = bad;
      EXPECT_FALSE(CompareCanaries(damaged, Ramp()).passed);
      EXPECT_FALSE(CompareCanaries(Ramp(), damaged).passed);
      EXPECT_FALSE(CompareCanaries(damaged, damaged).passed);
    }
  }
}

TEST(Canary, ConstantMatteFails) {
  Plane constant = MakePlane(8, 8);
  for (const float value : {0.F, 0.5F, 1.F}) {
    for (float& each : constant.data) each = value;
    EXPECT_FALSE(CompareCanaries(constant, constant).passed) << value;
  }
}

TEST(Canary, AlmostConstantMatteFails) {
  EXPECT_FALSE(CompareCanaries(Ramp(0.04F), Ramp(0.04F)).passed);
  EXPECT_TRUE(CompareCanaries(Ramp(0.06F), Ramp(0.06F)).passed);
}

TEST(Canary, ValuesOutsideZeroToOneFail) {
  EXPECT_FALSE(CompareCanaries(Ramp(1.01F), Ramp(1.01F)).passed);
  EXPECT_FALSE(CompareCanaries(Ramp(-1), Ramp(-1)).passed);
}

TEST(Canary, RunsThatDifferByMoreThanOneStepFail) {
  Plane other = Ramp();
  other.data[9] += 1.F / 300;
  EXPECT_TRUE(CompareCanaries(Ramp(), other).passed);
  other.data[9] += 1.F / 300;
  EXPECT_FALSE(CompareCanaries(Ramp(), other).passed);
}

TEST(Canary, MattesOfDifferentSizesOrNoneFail) {
  EXPECT_FALSE(CompareCanaries(Ramp(), MakePlane(4, 4)).passed);
  EXPECT_FALSE(CompareCanaries(Plane{}, Plane{}).passed);
}

}  // namespace
}  // namespace prewarm
