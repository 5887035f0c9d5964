#include "inference-server/engine/torch/inspyrenet/self_attention.h"

#include <ATen/ATen.h>

#include "inference-server/engine/torch/inspyrenet/product.h"

namespace prewarm::inspyrenet {

SelfAttention::SelfAttention(Parameters* from, const std::string& name,
                             std::int64_t channels, Axis axis)
    : axis_(axis),
      query_(from, name + ".query_conv", {channels, channels / 8}),
      key_(from, name + ".key_conv", {channels, channels / 8}),
      value_(from, name + ".value_conv", {channels, channels}),
      gamma_(from->Get(name + ".gamma", {1})) {}

at::Tensor SelfAttention::operator()(const at::Tensor& x) const {
  const std::int64_t n = x.size(axis_ == Axis::kHeight ? 2 : 3);
  // The memory of the planes is read as rows of n, whatever the axis: that is
  // what the weights were trained with.
  const auto rows = [&](const Convolution& convolution) {
    return convolution(x).contiguous().view({x.size(0), -1, n});
  };
  // The scores are not scaled and overflow half precision.
  const at::Tensor scores =
      WideProduct(rows(query_).transpose(1, 2), rows(key_));
  const at::Tensor weights = at::softmax(scores, -1).to(x.scalar_type());
  const at::Tensor mixed = Product(rows(value_), weights.transpose(1, 2));
  return mixed.view(x.sizes()).mul_(gamma_).add_(x);
}

}  // namespace prewarm::inspyrenet
