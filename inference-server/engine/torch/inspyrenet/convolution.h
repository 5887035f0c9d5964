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

  // What a convolution of that name folds to, in fp32 or better: [out,in,h,w]
  // and [out]. For makers (see Parameters).
  static at::Tensor FoldedWeight(Parameters* from, const std::string& name,
                                 const Shape& shape);
  static at::Tensor FoldedBias(Parameters* from, const std::string& name,
                               const Shape& shape);

  at::Tensor operator()(const at::Tensor& x) const;
  at::Tensor Relu(const at::Tensor& x) const;
  // ReLU of the same and `also`.
  at::Tensor ReluWith(const at::Tensor& x, const at::Tensor& also) const;
  // Of a 1 x 1 kernel, over the last axis.
  at::Tensor Linear(const at::Tensor& x) const;

  // Of a 1 x 1 kernel, in the type to add up in.
  at::Tensor WideValues(const at::Tensor& x) const;

  // For x * factor it gives what this one gives for x, times factor: since a
  // ReLU scales with its input, a chain of such convolutions can be taken
  // through values beyond the type's range. factor: [1], over 0.
  Convolution Times(const at::Tensor& factor) const;
  // With the first `channels` inputs times `factor`, [1].
  Convolution Attenuated(std::int64_t channels, const at::Tensor& factor) const;
  // Without zeros above and below: as many rows fewer.
  Convolution WithinRows() const;

 private:
  explicit Convolution(const Shape& shape);
  bool pointwise() const;

  at::Tensor weight_;
  at::Tensor bias_;
  std::vector<at::Tensor> norm_;  // weight, bias, mean, variance; if apart
  std::int64_t padding_[2];
  std::int64_t dilation_;
};

}  // namespace prewarm::inspyrenet
