#include "inference-server/engine/torch/inspyrenet/cross_attention.h"

#include <ATen/ATen.h>

#include <vector>

#include "inference-server/engine/torch/inspyrenet/convolution.h"
#include "inference-server/engine/torch/inspyrenet/product.h"
#include "inference-server/engine/torch/inspyrenet/wide.h"

namespace prewarm::inspyrenet {
namespace {

constexpr std::int64_t kKeys = kDepth / 8;
constexpr std::int64_t kRows = 2 * (kKeys + kKeys + kDepth);

// Of both axes, height before width.
at::Tensor Both(Parameters* from, const std::string& name, const char* part,
                std::int64_t channels, bool bias, bool times_gamma) {
  std::vector<at::Tensor> axes;
  for (const char* axis : {".Hattn", ".Wattn"}) {
    const std::string attention = name + axis;
    const std::string convolution = attention + part;
    at::Tensor folded =
        bias ? Convolution::FoldedBias(from, convolution, {kDepth, channels})
             : Convolution::FoldedWeight(from, convolution, {kDepth, channels})
                   .flatten(1);
    if (times_gamma) folded = folded * from->Raw(attention + ".gamma", {1});
    axes.push_back(folded);
  }
  return at::cat(axes);
}

at::Tensor Projection(Parameters* from, const std::string& name, bool bias) {
  return at::cat({Both(from, name, ".query_conv", kKeys, bias, false),
                  Both(from, name, ".key_conv", kKeys, bias, false),
                  Both(from, name, ".value_conv", kDepth, bias, true)});
}

}  // namespace

CrossAttention::CrossAttention(Parameters* from, const std::string& name) {
  if (from->rounding() == Rounding::kOriginal) {
    height_.emplace(from, name + ".Hattn", kDepth, Axis::kHeight);
    width_.emplace(from, name + ".Wattn", kDepth, Axis::kWidth);
    return;
  }
  weight_ = from->Keep(name + ".attn.weight", {kRows, kDepth},
                       [&] { return Projection(from, name, false); });
  bias_ = from->Keep(name + ".attn.bias", {kRows, 1},
                     [&] { return Projection(from, name, true); });
}

// projected: [B, axes x (8 + 8 + 64), pixels], of `axes` axes whose rows are of
// n values. Gives [B,axes,64,pixels].
at::Tensor CrossAttention::Attend(const at::Tensor& projected,
                                  std::int64_t axes, std::int64_t n) const {
  const std::int64_t batch = projected.size(0);
  // The memory of the planes is read as rows of n, whatever the axis: that is
  // what the weights were trained with.
  const auto rows = [&](std::int64_t first, std::int64_t channels) {
    return projected.slice(1, axes * first, axes * (first + channels))
        .reshape({batch * axes, -1, n});
  };
  // The scores are not scaled and overflow half precision.
  const at::Tensor scores =
      WideProduct(rows(0, kKeys).transpose(1, 2), rows(kKeys, kKeys));
  const at::Tensor weights =
      at::softmax(scores, -1).to(projected.scalar_type());
  return Product(rows(2 * kKeys, kDepth), weights.transpose(1, 2))
      .view({batch, axes, kDepth, -1});
}

at::Tensor CrossAttention::operator()(const at::Tensor& x) const {
  if (height_) return (*height_)(x).add_((*width_)(x));
  const std::int64_t batch = x.size(0), h = x.size(2), w = x.size(3);
  const at::Tensor pixels =
      x.permute({0, 2, 3, 1}).reshape({batch, -1, kDepth});
  const at::Tensor projected = Product(weight_.expand({batch, kRows, kDepth}),
                                       pixels.transpose(1, 2), bias_);
  at::Tensor height, width;
  if (h == w) {
    const at::Tensor mixed = Attend(projected, 2, h);
    height = mixed.select(1, 0);
    width = mixed.select(1, 1);
  } else {
    const auto of_axis = [&](std::int64_t axis) {
      const auto part = [&](std::int64_t first, std::int64_t channels) {
        const std::int64_t from = 2 * first + axis * channels;
        return projected.slice(1, from, from + channels);
      };
      return at::cat(
          {part(0, kKeys), part(kKeys, kKeys), part(2 * kKeys, kDepth)}, 1);
    };
    height = Attend(of_axis(0), 1, h).select(1, 0);
    width = Attend(of_axis(1), 1, w).select(1, 0);
  }
  // In the layout of x, which the next convolution wants.
  at::Tensor sum = at::empty_like(x);
  at::add_out(sum, height.view(x.sizes()), x, 2);
  return sum.add_(width.view(x.sizes()));
}

}  // namespace prewarm::inspyrenet
