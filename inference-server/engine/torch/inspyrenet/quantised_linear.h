// at::linear with weights in eight bits.
#pragma once

#include <ATen/core/Tensor.h>

#include "inference-server/engine/torch/inspyrenet/int8.h"
#include "inference-server/engine/torch/inspyrenet/int8_matmul.h"

namespace prewarm::inspyrenet {

// On a CPU that multiplies bytes the activations become bytes as well, token by
// token; elsewhere the weights are widened once, here. Immutable, thread-safe.
class QuantisedLinear {
 public:
  // `weight`: [out,in]; where it multiplies bytes, its values are used as they
  // lie and must outlive this. `bias`: float32 [out], or undefined; copied.
  // `options`: type (float32 or bfloat16) and device of what it is applied to.
  // Throws c10::Error unless they fit.
  QuantisedLinear(const Int8Weight& weight, const at::Tensor& bias,
                  const at::TensorOptions& options,
                  bool multiplies_int8 = MultipliesInt8());

  // x: [...,in]; gives [...,out] of the same type. Each token's result is the
  // same to the bit whatever it is computed with (where bytes are multiplied),
  // and NaN where a value of it is not finite. Throws c10::Error.
  at::Tensor operator()(const at::Tensor& x) const;

 private:
  template <typename T>
  void Apply(const at::Tensor& tokens, const at::Tensor& y) const;

  std::int64_t in_ = 0;
  std::int64_t out_ = 0;
  at::Tensor bias_;     // float32 where bytes are multiplied
  at::Tensor widened_;  // undefined where bytes are multiplied
  at::Tensor values_, scales_;
  at::Tensor totals_;  // int32 [out]
};

}  // namespace prewarm::inspyrenet
