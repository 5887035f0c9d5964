#include "inference-server/engine/torch/inspyrenet/int8.h"

#include <ATen/ATen.h>

#include <limits>
#include <vector>

namespace prewarm::inspyrenet {
namespace {

constexpr double kLargest = 127;

// [out] as [out, 1, ...], to multiply what has as many dimensions as `like`.
at::Tensor Spread(const at::Tensor& channels, const at::Tensor& like) {
  std::vector<std::int64_t> shape(like.dim(), 1);
  shape[0] = -1;
  return channels.view(shape);
}

}  // namespace

Result<Int8Weight> Quantise(const at::Tensor& weight, const std::string& name) {
  const at::Tensor largest = weight.flatten(1).abs().amax(1);
  if (!at::isfinite(largest).all().item<bool>()) {
    return MakeError(ErrorCode::kCorrupt,
                     "the tensor " + name +
                         " has values that are not finite, which eight bits "
                         "can't hold; import the weights again",
                     name);
  }
  // A channel smaller than any normal scale is one of zeros.
  constexpr float kSmallest = std::numeric_limits<float>::min();
  const at::Tensor scales = largest / kLargest;
  const at::Tensor divisors = at::clamp_min(scales, kSmallest);
  return Int8Weight{
      at::round(weight / Spread(divisors, weight)).to(at::kChar).contiguous(),
      at::where(scales < kSmallest, at::zeros_like(scales), scales)};
}

at::Tensor Dequantise(const Int8Weight& weight,
                      const at::TensorOptions& options) {
  CheckInt8(weight);
  return (weight.values.to(at::kFloat) * Spread(weight.scales, weight.values))
      .to(options);
}

void CheckInt8(const Int8Weight& weight) {
  TORCH_CHECK(weight.values.defined() && weight.scales.defined() &&
                  weight.values.scalar_type() == at::kChar &&
                  weight.scales.scalar_type() == at::kFloat &&
                  weight.values.dim() >= 1 && weight.scales.dim() == 1 &&
                  weight.values.size(0) == weight.scales.size(0) &&
                  weight.values.numel() > 0 && weight.values.is_contiguous() &&
                  weight.scales.is_contiguous(),
              "weights in eight bits are int8 [out, ...] with float32 [out] "
              "scales");
  TORCH_CHECK(
      (at::isfinite(weight.scales) & (weight.scales >= 0)).all().item<bool>(),
      "the scales of weights in eight bits are finite and not negative");
}

}  // namespace prewarm::inspyrenet
