#include "inference-server/engine/torch/inspyrenet/convolution.h"

#include <ATen/ATen.h>

namespace prewarm::inspyrenet {
namespace {

constexpr double kEpsilon = 1e-5;

}  // namespace

Convolution::Convolution(const Shape& shape)
    : padding_{shape.dilation * (shape.height - 1) / 2,
               shape.dilation * (shape.width - 1) / 2},
      dilation_(shape.dilation) {}

Convolution::Convolution(Parameters* from, const std::string& name,
                         const Shape& shape, bool wide)
    : Convolution(shape) {
  const auto place = [&](const at::Tensor& tensor) {
    return wide ? from->PlaceWide(tensor) : from->Place(tensor);
  };
  const auto weight = from->Raw(
      name + ".conv.weight", {shape.out, shape.in, shape.height, shape.width});
  const auto norm = [&](const char* part) {
    return from->Raw(name + ".bn." + part, {shape.out}).to(at::kDouble);
  };
  if (from->rounding() == Rounding::kOriginal) {
    weight_ = place(weight);
    for (const char* part : {"weight", "bias", "running_mean", "running_var"}) {
      norm_.push_back(place(norm(part)));
    }
    return;
  }
  // In double: what is folded differs from the network by rounding alone.
  const auto scale = norm("weight") / at::sqrt(norm("running_var") + kEpsilon);
  weight_ = place(weight.to(at::kDouble) * scale.view({-1, 1, 1, 1}));
  weight_ = weight_.contiguous(from->planes());
  bias_ = place(norm("bias") - norm("running_mean") * scale);
}

Convolution Convolution::Plain(Parameters* from, const std::string& name,
                               const Shape& shape) {
  Convolution convolution(shape);
  convolution.weight_ = from->Get(
      name + ".conv.weight", {shape.out, shape.in, shape.height, shape.width});
  return convolution;
}

at::Tensor Convolution::operator()(const at::Tensor& x) const {
  at::Tensor y = at::conv2d(x, weight_, bias_, 1, padding_, dilation_);
  if (norm_.empty()) return y;
  return at::batch_norm(y, norm_[0], norm_[1], norm_[2], norm_[3], false, 0,
                        kEpsilon, false);
}

at::Tensor Convolution::Scaled(const at::Tensor& x,
                               const at::Tensor& scale) const {
  if (!scale.defined()) return (*this)(x);
  at::Tensor y = at::conv2d(x, weight_, at::Tensor(), 1, padding_, dilation_);
  return y.mul_(scale).add_(bias_.view({1, -1, 1, 1}));
}

at::Tensor Convolution::Linear(const at::Tensor& x) const {
  if (norm_.empty()) return at::linear(x, weight_.flatten(1), bias_);
  return (*this)(x.transpose(1, 2).unsqueeze(-1)).squeeze(-1).transpose(1, 2);
}

}  // namespace prewarm::inspyrenet
