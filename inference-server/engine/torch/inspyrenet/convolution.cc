#include "inference-server/engine/torch/inspyrenet/convolution.h"

#include <ATen/ATen.h>

namespace prewarm::inspyrenet {
namespace {

constexpr double kEpsilon = 1e-5;

at::Tensor Norm(Parameters* from, const std::string& name, const char* part,
                std::int64_t channels) {
  return from->Raw(name + ".bn." + part, {channels}).to(at::kDouble);
}

at::Tensor NormScale(Parameters* from, const std::string& name,
                     std::int64_t channels) {
  return Norm(from, name, "weight", channels) /
         at::sqrt(Norm(from, name, "running_var", channels) + kEpsilon);
}

// cuDNN adds the bias and cuts off below zero in the same kernel.
bool HasFusedRelu(const at::Tensor& x, const at::Tensor& bias) {
  return x.is_cuda() && bias.defined() && x.scalar_type() != at::kDouble;
}

}  // namespace

at::Tensor Convolution::FoldedWeight(Parameters* from, const std::string& name,
                                     const Shape& shape) {
  // In double: what is folded differs from the network by rounding alone.
  const auto weight = from->Raw(
      name + ".conv.weight", {shape.out, shape.in, shape.height, shape.width});
  return weight.to(at::kDouble) *
         NormScale(from, name, shape.out).view({-1, 1, 1, 1});
}

at::Tensor Convolution::FoldedBias(Parameters* from, const std::string& name,
                                   const Shape& shape) {
  return Norm(from, name, "bias", shape.out) -
         Norm(from, name, "running_mean", shape.out) *
             NormScale(from, name, shape.out);
}

Convolution::Convolution(const Shape& shape)
    : padding_{shape.dilation * (shape.height - 1) / 2,
               shape.dilation * (shape.width - 1) / 2},
      dilation_(shape.dilation) {}

Convolution::Convolution(Parameters* from, const std::string& name,
                         const Shape& shape, bool wide)
    : Convolution(shape) {
  const auto keep = [&](const std::string& tensor, at::IntArrayRef sizes,
                        const Parameters::Maker& make) {
    return wide ? from->KeepWide(tensor, sizes, make)
                : from->Keep(tensor, sizes, make);
  };
  if (from->rounding() == Rounding::kOriginal) {
    const auto as_is = [&](const std::string& tensor, at::IntArrayRef sizes) {
      return keep(tensor, sizes, [&] { return from->Raw(tensor, sizes); });
    };
    weight_ = as_is(name + ".conv.weight",
                    {shape.out, shape.in, shape.height, shape.width});
    for (const char* part : {"weight", "bias", "running_mean", "running_var"}) {
      norm_.push_back(as_is(name + ".bn." + part, {shape.out}));
    }
    return;
  }
  // Channels last, whatever the axes are called.
  weight_ =
      keep(name + ".weight", {shape.out, shape.height, shape.width, shape.in},
           [&] {
             return FoldedWeight(from, name, shape).permute({0, 2, 3, 1});
           })
          .permute({0, 3, 1, 2});
  bias_ = keep(name + ".bias", {shape.out},
               [&] { return FoldedBias(from, name, shape); });
}

Convolution Convolution::Plain(Parameters* from, const std::string& name,
                               const Shape& shape) {
  Convolution convolution(shape);
  convolution.weight_ = from->Get(
      name + ".conv.weight", {shape.out, shape.in, shape.height, shape.width});
  return convolution;
}

bool Convolution::pointwise() const {
  return weight_.size(2) == 1 && weight_.size(3) == 1;
}

at::Tensor Convolution::operator()(const at::Tensor& x) const {
  if (x.is_cuda() && pointwise() && norm_.empty()) {
    // One kernel with the bias, where cuDNN's would be two.
    return at::linear(x.permute({0, 2, 3, 1}), weight_.flatten(1), bias_)
        .permute({0, 3, 1, 2});
  }
  at::Tensor y = at::conv2d(x, weight_, bias_, 1, padding_, dilation_);
  if (norm_.empty()) return y;
  return at::batch_norm(y, norm_[0], norm_[1], norm_[2], norm_[3], false, 0,
                        kEpsilon, false);
}

at::Tensor Convolution::Relu(const at::Tensor& x) const {
  if (!HasFusedRelu(x, bias_)) return (*this)(x).relu_();
  return at::cudnn_convolution_relu(x, weight_, bias_, {1, 1}, padding_,
                                    {dilation_, dilation_}, 1);
}

at::Tensor Convolution::ReluWith(const at::Tensor& x,
                                 const at::Tensor& also) const {
  if (!HasFusedRelu(x, bias_)) return (*this)(x).add_(also).relu_();
  return at::cudnn_convolution_add_relu(x, weight_, also, 1, bias_, {1, 1},
                                        padding_, {dilation_, dilation_}, 1);
}

at::Tensor Convolution::Linear(const at::Tensor& x) const {
  if (norm_.empty()) return at::linear(x, weight_.flatten(1), bias_);
  return (*this)(x.transpose(1, 2).unsqueeze(-1)).squeeze(-1).transpose(1, 2);
}

at::Tensor Convolution::WideValues(const at::Tensor& x) const {
  const at::ScalarType wide = Wide(x.scalar_type());
  if (!norm_.empty()) return (*this)(x).to(wide);
  const at::Tensor rows = x.permute({0, 2, 3, 1}).flatten(1, 2);
  return WideProduct(rows, weight_.flatten(1).t().expand(
                               {x.size(0), x.size(1), weight_.size(0)}))
      .add_(bias_)
      .view({x.size(0), x.size(2), x.size(3), weight_.size(0)})
      .permute({0, 3, 1, 2});
}

Convolution Convolution::Times(const at::Tensor& factor) const {
  Convolution scaled = *this;
  scaled.bias_ = bias_ * factor;
  return scaled;
}

Convolution Convolution::Attenuated(std::int64_t channels,
                                    const at::Tensor& factor) const {
  Convolution attenuated = *this;
  attenuated.weight_ = weight_.clone();
  attenuated.weight_.slice(1, 0, channels).mul_(factor);
  return attenuated;
}

Convolution Convolution::WithinRows() const {
  Convolution within = *this;
  within.padding_[0] = 0;
  return within;
}

}  // namespace prewarm::inspyrenet
