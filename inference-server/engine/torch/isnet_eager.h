// IS-Net with LibTorch's own operators, fp32, channels last: the reference
// that the fused graph is compared with, and the way out where oneDNN has no
// kernel for this machine.
#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <map>
#include <string>

#include "inference-server/engine/isnet/weights.h"

namespace prewarm::torch_engine {

class IsNetEager {
 public:
  using Lookup = std::function<isnet::ConvValues(const std::string& name)>;
  // Copies every convolution that `lookup` gives; `options`: type and device.
  IsNetEager(const Lookup& lookup, const at::TensorOptions& options);
  // x: [1,3,H,W] fp32, (rgb - 128) / 256. Returns the matte [1,1,H,W], fp32.
  // May throw c10::Error and dnnl::error.
  at::Tensor Forward(const at::Tensor& x) const;

 private:
  at::Tensor ConvRelu(const std::string& name, const at::Tensor& x,
                      int dilation = 1) const;
  at::Tensor Conv(const std::string& name, const at::Tensor& x, int stride,
                  int dilation) const;
  at::Tensor Rsu(const std::string& p, int levels, const at::Tensor& x) const;
  at::Tensor Rsu4F(const std::string& p, const at::Tensor& x) const;

  struct Conv2d {
    at::Tensor weight;
    at::Tensor bias;
  };
  at::TensorOptions options_;
  std::map<std::string, Conv2d> convs_;
};

}  // namespace prewarm::torch_engine
