// Attention along one axis of the head's features, in the steps of the
// original.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>

#include "inference-server/engine/torch/inspyrenet/convolution.h"

namespace prewarm::inspyrenet {

enum class Axis { kHeight, kWidth };

// Immutable, thread-safe.
class SelfAttention {
 public:
  SelfAttention(Parameters* from, const std::string& name,
                std::int64_t channels, Axis axis);

  // x: [B,C,h,w]; the same shape comes back.
  at::Tensor operator()(const at::Tensor& x) const;

 private:
  Axis axis_;
  Convolution query_, key_, value_;
  at::Tensor gamma_;
};

}  // namespace prewarm::inspyrenet
