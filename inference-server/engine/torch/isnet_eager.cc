#include "inference-server/engine/torch/isnet_eager.h"

#include <ATen/ATen.h>

#include <utility>
#include <vector>

namespace prewarm::torch_engine {
namespace {

at::Tensor Pool(const at::Tensor& x) { return at::max_pool2d(x, 2, 2); }

at::Tensor Enlarge(const at::Tensor& x, const at::Tensor& like) {
  return at::upsample_bilinear2d(x, like.sizes().slice(2),
                                 /*align_corners=*/false);
}

at::Tensor Cat(const at::Tensor& a, const at::Tensor& b) {
  return at::cat({a, b}, 1);
}

}  // namespace

IsNetEager::IsNetEager(const Lookup& lookup, const at::TensorOptions& options)
    : options_(options) {
  // from_blob wants mutable pointers; to(copy) only reads.
  const auto copy = [&options](const float* data, at::IntArrayRef shape) {
    return at::from_blob(const_cast<float*>(data), shape, at::kFloat)
        .to(options, /*non_blocking=*/false, /*copy=*/true);
  };
  for (const isnet::ConvSpec& spec : isnet::Convolutions()) {
    const isnet::ConvValues v = lookup(spec.name);
    Conv2d& conv = convs_[spec.name];
    conv.weight = copy(v.weight, {v.out_channels, v.in_channels, 3, 3})
                      .contiguous(at::MemoryFormat::ChannelsLast);
    conv.bias = copy(v.bias, {v.out_channels});
  }
}

at::Tensor IsNetEager::Conv(const std::string& name, const at::Tensor& x,
                            int stride, int dilation) const {
  const Conv2d& w = convs_.at(name);
  return at::conv2d(x, w.weight, w.bias, stride, dilation, dilation);
}

at::Tensor IsNetEager::ConvRelu(const std::string& name, const at::Tensor& x,
                                int dilation) const {
  return Conv(name + ".conv_s1", x, 1, dilation).relu_();
}

at::Tensor IsNetEager::Rsu(const std::string& p, int levels,
                           const at::Tensor& x) const {
  const at::Tensor residual = ConvRelu(p + ".rebnconvin", x);
  at::Tensor t = residual;
  std::vector<at::Tensor> encoded;
  for (int k = 1; k < levels; ++k) {
    if (k > 1) t = Pool(t);
    t = ConvRelu(p + ".rebnconv" + std::to_string(k), t);
    encoded.push_back(t);
  }
  at::Tensor d = ConvRelu(p + ".rebnconv" + std::to_string(levels), t, 2);
  for (int k = levels - 1; k > 0; --k) {
    at::Tensor& e = encoded[k - 1];
    if (k < levels - 1) d = Enlarge(d, e);
    d = ConvRelu(p + ".rebnconv" + std::to_string(k) + "d", Cat(d, e));
    e = at::Tensor();  // its memory is free for the next level
  }
  return d.add_(residual);
}

at::Tensor IsNetEager::Rsu4F(const std::string& p, const at::Tensor& x) const {
  const at::Tensor residual = ConvRelu(p + ".rebnconvin", x);
  const at::Tensor x1 = ConvRelu(p + ".rebnconv1", residual);
  const at::Tensor x2 = ConvRelu(p + ".rebnconv2", x1, 2);
  const at::Tensor x3 = ConvRelu(p + ".rebnconv3", x2, 4);
  const at::Tensor x4 = ConvRelu(p + ".rebnconv4", x3, 8);
  at::Tensor d = ConvRelu(p + ".rebnconv3d", Cat(x4, x3), 4);
  d = ConvRelu(p + ".rebnconv2d", Cat(d, x2), 2);
  return ConvRelu(p + ".rebnconv1d", Cat(d, x1)).add_(residual);
}

at::Tensor IsNetEager::Forward(const at::Tensor& input) const {
  const at::Tensor x = input.to(options_, /*non_blocking=*/false,
                                /*copy=*/false, at::MemoryFormat::ChannelsLast);
  const at::Tensor h1 = Rsu("stage1", 7, Conv("conv_in", x, 2, 1));
  const at::Tensor h2 = Rsu("stage2", 6, Pool(h1));
  const at::Tensor h3 = Rsu("stage3", 5, Pool(h2));
  const at::Tensor h4 = Rsu("stage4", 4, Pool(h3));
  const at::Tensor h5 = Rsu4F("stage5", Pool(h4));
  const at::Tensor h6 = Rsu4F("stage6", Pool(h5));
  at::Tensor d = Rsu4F("stage5d", Cat(Enlarge(h6, h5), h5));
  d = Rsu("stage4d", 4, Cat(Enlarge(d, h4), h4));
  d = Rsu("stage3d", 5, Cat(Enlarge(d, h3), h3));
  d = Rsu("stage2d", 6, Cat(Enlarge(d, h2), h2));
  d = Rsu("stage1d", 7, Cat(Enlarge(d, h1), h1));
  const at::Tensor logits = Conv("side1", d, 1, 1).to(at::kFloat);
  return Enlarge(logits, x).sigmoid_();
}

}  // namespace prewarm::torch_engine
