// Weights in eight bits.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>

#include "common/base/result.h"

namespace prewarm::inspyrenet {

// weight[o, ...] = scales[o] * values[o, ...]. Symmetric: zero stays zero. What
// it lies on may be a mapped file; nothing here writes to it.
struct Int8Weight {
  at::Tensor values;  // int8 [out, ...], -127 to 127, contiguous
  at::Tensor scales;  // float32 [out], none negative
};

// `weight`: float32 [out, ...] on the CPU, with `out` > 0. Each value is off by
// half its channel's scale at most; a channel's largest becomes 127. kCorrupt,
// with `name` as field, where a value is not finite.
Result<Int8Weight> Quantise(const at::Tensor& weight, const std::string& name);

// A copy of that type and on that device. Throws c10::Error for what is no
// Int8Weight.
at::Tensor Dequantise(const Int8Weight& weight,
                      const at::TensorOptions& options);

// Throws c10::Error unless types and shapes are as above and every scale is
// finite: what comes from a file.
void CheckInt8(const Int8Weight& weight);

}  // namespace prewarm::inspyrenet
