// A convolution with its batch normalisation folded in: the network's CBR.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "inference-server/engine/torch/inspyrenet/parameters.h"

namespace prewarm::inspyrenet {

// Stride 1; zeros around keep the size. Immutable, thread-safe.
class Convolution {
 public:
  struct Shape {
    std::int64_t in = 0;
    std::int64_t out = 0;
    std::int64_t height = 1;
    std::int64_t width = 1;
    std::int64_t dilation = 1;
  };

  // <name>.conv.weight and <name>.bn.*, of eval mode.
  // `wide`: computes in the type to add up in.
  Convolution(Parameters* from, const std::string& name, const Shape& shape,
              bool wide = false);
  // <name>.conv.weight alone.
  static Convolution Plain(Parameters* from, const std::string& name,
                           const Shape& shape);

  at::Tensor operator()(const at::Tensor& x) const;
  at::Tensor Relu(const at::Tensor& x) const { return (*this)(x).relu_(); }
  // The same of x * scale, which may leave the type's range; undefined: 1.
  at::Tensor Scaled(const at::Tensor& x, const at::Tensor& scale) const;
  // Of a 1 x 1 kernel, over the last axis.
  at::Tensor Linear(const at::Tensor& x) const;

 private:
  explicit Convolution(const Shape& shape);

  at::Tensor weight_;
  at::Tensor bias_;
  std::vector<at::Tensor> norm_;  // weight, bias, mean, variance; if apart
  std::int64_t padding_[2];
  std::int64_t dilation_;
};

}  // namespace prewarm::inspyrenet
