#include "inference-server/engine/torch/inspyrenet/pyramid.h"

#include <ATen/ATen.h>

namespace prewarm::inspyrenet {
namespace {

constexpr std::int64_t kRadius = 3;

}  // namespace

at::Tensor Pyramid::Kernel() {
  const at::Tensor x =
      at::arange(-kRadius, kRadius + 1, at::TensorOptions(at::kDouble));
  const at::Tensor bell = at::exp(-x * x / 2);
  const at::Tensor taps = bell / bell.sum();
  // Three of four pixels that it meets are zeros: hence 4.
  return (at::outer(taps, taps) * 4)
      .to(at::kFloat)
      .view({1, 1, 2 * kRadius + 1, 2 * kRadius + 1});
}

at::Tensor Pyramid::Expand(const at::Tensor& coarse) const {
  const Size size = SizeOf(coarse);
  at::Tensor spread = at::zeros(
      {coarse.size(0), 1, 2 * size.height, 2 * size.width}, coarse.options());
  spread.slice(2, 0, spread.size(2), 2)
      .slice(3, 0, spread.size(3), 2)
      .copy_(coarse);
  return at::conv2d(
      at::reflection_pad2d(spread, {kRadius, kRadius, kRadius, kRadius}),
      kernel_);
}

at::Tensor Pyramid::Reconstruct(const at::Tensor& coarse,
                                const at::Tensor& detail) const {
  at::Tensor fine = Expand(coarse);
  return fine.add_(Resize(detail, SizeOf(fine), Corners::kAligned));
}

}  // namespace prewarm::inspyrenet
