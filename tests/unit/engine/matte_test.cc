#include "inference-server/engine/torch/fused/matte.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace prewarm::fused {
namespace {

double Sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

TEST(Matte, IsTheSigmoidOfHalfPixelBilinearDoubling) {
  const std::vector<float> logits = {0.F, 4.F, 8.F, -8.F, 0.F, 2.F};  // 2 x 3
  std::vector<float> out(24);
  SigmoidOfDoubled(logits.data(), 2, 3, out.data());
  EXPECT_NEAR(out[0], Sigmoid(0), 1e-6);   // corner: the pixel itself
  EXPECT_NEAR(out[1], Sigmoid(1), 1e-6);   // a quarter of the way to 4
  EXPECT_NEAR(out[2], Sigmoid(3), 1e-6);   // three quarters
  EXPECT_NEAR(out[5], Sigmoid(8), 1e-6);   // right edge
  EXPECT_NEAR(out[6], Sigmoid(-2), 1e-6);  // a quarter of the way to -8
  EXPECT_NEAR(out[12], Sigmoid(-6), 1e-6);
  EXPECT_NEAR(out[18], Sigmoid(-8), 1e-6);
  // 9/16 of 4 (row 0, column 1), 3/16 of 8 and of 0 (below), 1/16 of 2.
  EXPECT_NEAR(out[9], Sigmoid(9. / 16 * 4 + 3. / 16 * 8 + 2. / 16), 1e-6);
}

TEST(Matte, OnePixelFillsFour) {
  const float logit = 1.5F;
  std::vector<float> out(4);
  SigmoidOfDoubled(&logit, 1, 1, out.data());
  for (const float v : out) EXPECT_NEAR(v, Sigmoid(1.5), 1e-6);
}

TEST(Matte, ExtremeLogitsStayInRangeAndNanStaysNan) {
  const std::vector<float> logits = {1e30F, -1e30F,
                                     std::numeric_limits<float>::quiet_NaN()};
  std::vector<float> out(12);
  SigmoidOfDoubled(logits.data(), 1, 3, out.data());
  EXPECT_EQ(out[0], 1.F);
  EXPECT_EQ(out[2], 0.F);
  EXPECT_TRUE(std::isnan(out[5]));
  EXPECT_TRUE(std::isnan(out[3]));
}

}  // namespace
}  // namespace prewarm::fused
