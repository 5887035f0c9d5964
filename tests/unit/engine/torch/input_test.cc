#include "inference-server/engine/torch/inspyrenet/input.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace prewarm::inspyrenet {
namespace {

TEST(ToInput, IsLessTheMeanAndDividedByTheDeviationOfImageNet) {
  const at::Tensor pixels =
      at::tensor(std::vector<std::uint8_t>{0, 127, 255, 10, 20, 30})
          .view({1, 2, 3});
  const at::Tensor x = ToInput(pixels, caffe2::TypeMeta::Make<float>());
  ASSERT_EQ(x.sizes(), (std::vector<std::int64_t>{1, 3, 1, 2}));
  const float mean[] = {0.485F, 0.456F, 0.406F};
  const float deviation[] = {0.229F, 0.224F, 0.225F};
  const float bytes[][2] = {{0, 10}, {127, 20}, {255, 30}};
  for (int channel = 0; channel < 3; ++channel) {
    for (int column = 0; column < 2; ++column) {
      EXPECT_FLOAT_EQ(
          x[0][channel][0][column].item<float>(),
          (bytes[channel][column] / 255 - mean[channel]) / deviation[channel]);
    }
  }
}

TEST(ToInput, IsOfTheTypeAskedFor) {
  const at::Tensor pixels = at::zeros({4, 8, 3}, at::kByte);
  EXPECT_EQ(
      ToInput(pixels, caffe2::TypeMeta::Make<at::BFloat16>()).scalar_type(),
      at::kBFloat16);
}

}  // namespace
}  // namespace prewarm::inspyrenet
