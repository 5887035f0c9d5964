#include "inference-server/engine/torch/inspyrenet/row_convolution.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "tests/unit/engine/torch/formula.h"

namespace prewarm::inspyrenet {
namespace {

constexpr std::int64_t kHeight = 23;

class RowConvolutionTest : public ::testing::TestWithParam<Rounding> {
 protected:
  RowConvolutionTest() {
    Parameters parameters = FormulaParameters(GetParam());
    convolution_.emplace(&parameters, "decoder.conv2",
                         Convolution::Shape{kDepth, kDepth, 3, 3});
    x_ = at::randn({2, kDepth, kHeight, 17}, at::detail::createCPUGenerator(3),
                   at::kFloat)
             .contiguous(parameters.planes());
  }

  // In parts that end at these rows.
  at::Tensor InParts(const std::vector<std::int64_t>& ends) const {
    RowConvolution rows(*convolution_);
    std::vector<at::Tensor> parts;
    std::int64_t begin = 0;
    for (const std::int64_t end : ends) {
      parts.push_back(rows.Relu(x_.slice(2, begin, end), end == kHeight));
      begin = end;
    }
    return at::cat(parts, 2);
  }

  const c10::InferenceMode guard_;
  std::optional<Convolution> convolution_;
  at::Tensor x_;
};

TEST_P(RowConvolutionTest, PartsOfAnyHeightGiveWhatTheWholeGives) {
  const at::Tensor whole = convolution_->Relu(x_);
  ASSERT_GT(whole.max().item().to<float>(), 0);
  for (const std::vector<std::int64_t>& ends :
       std::vector<std::vector<std::int64_t>>{{kHeight},
                                              {8, 16, kHeight},
                                              {2, 3, 4, 20, kHeight},
                                              {kHeight - 1, kHeight}}) {
    const at::Tensor y = InParts(ends);
    ASSERT_EQ(y.sizes(), whole.sizes());
    EXPECT_LE((y - whole).abs().max().item().to<float>(),
              1e-5F * whole.max().item().to<float>());
  }
}

TEST_P(RowConvolutionTest, LowestRowWaitsForTheOneBelow) {
  RowConvolution rows(*convolution_);
  EXPECT_EQ(rows.Relu(x_.slice(2, 0, 9), false).size(2), 8);
  EXPECT_EQ(rows.Relu(x_.slice(2, 9, 14), false).size(2), 5);
  EXPECT_EQ(rows.Relu(x_.slice(2, 14, kHeight), true).size(2), 10);
}

INSTANTIATE_TEST_SUITE_P(Roundings, RowConvolutionTest,
                         ::testing::Values(Rounding::kOwn,
                                           Rounding::kOriginal));

}  // namespace
}  // namespace prewarm::inspyrenet
