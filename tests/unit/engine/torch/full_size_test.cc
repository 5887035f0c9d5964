// What is served, at the size that is served.
#include "tests/unit/engine/torch/full_size.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "tests/unit/engine/torch/formula.h"
#include "tests/unit/engine/torch/golden.h"

namespace prewarm::inspyrenet {
namespace {

struct Error {
  float mean = 0;
  float most = 0;
};

Error Between(const at::Tensor& a, const at::Tensor& b) {
  EXPECT_EQ(a.sizes(), b.sizes());
  const at::Tensor off = (a - b).abs();
  return {off.mean().item<float>(), off.max().item<float>()};
}

class FullSize : public ::testing::Test {
 protected:
  const c10::InferenceMode guard_;
  const std::map<std::string, at::Tensor> original_ = ReadGolden("base1024");
  const std::map<std::string, at::Tensor> exact_ = ReadGolden("base1024_exact");

  static std::map<std::string, at::Tensor> Served(at::ScalarType type) {
    return SampledStages(FormulaNetwork(kFullSize, Rounding::kOwn, type),
                         FormulaInput(kFullSize).to(type));
  }
};

TEST_F(FullSize, ServedInFp32IsAsNearToTheTruthAsTheOriginal) {
  for (const auto& [stage, value] : Served(at::kFloat)) {
    const Error own = Between(value, exact_.at(stage));
    const Error original = Between(original_.at(stage), exact_.at(stage));
    EXPECT_LT(own.mean, 3 * original.mean + 1e-6F) << stage;
    EXPECT_LT(own.most, 3 * original.most + 1e-6F) << stage;
  }
}

// Twice what was measured, see docs/decisions/0005: it is to see a step that
// rounds where it must not, and says nothing of trained weights.
TEST_F(FullSize, ServedInBf16IsOffByNoMoreThanItWas) {
  const std::map<std::string, Error> bounds = {
      {"d3", {0.016F, 0.073F}}, {"p2", {0.0045F, 0.57F}},
      {"d2", {0.013F, 0.57F}},  {"p1", {0.060F, 4.5F}},
      {"d1", {0.058F, 4.3F}},   {"p0", {1.9F, 86.F}},
      {"d0", {2.F, 88.F}},      {"pred", {2e-7F, 3e-5F}},
  };
  const auto served = Served(at::kBFloat16);
  ASSERT_EQ(served.size(), bounds.size());
  for (const auto& [stage, value] : served) {
    const Error own = Between(value, exact_.at(stage));
    EXPECT_LT(own.mean, bounds.at(stage).mean) << stage;
    EXPECT_LT(own.most, bounds.at(stage).most) << stage;
    EXPECT_EQ(value.scalar_type(), at::kFloat) << stage;
  }
}

}  // namespace
}  // namespace prewarm::inspyrenet
