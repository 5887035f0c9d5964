// Attention along one axis of the head's features.
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

// The sum of both axes' attentions, <name>.Hattn and <name>.Wattn.
class CrossAttention {
 public:
  CrossAttention(Parameters* from, const std::string& name,
                 std::int64_t channels)
      : height_(from, name + ".Hattn", channels, Axis::kHeight),
        width_(from, name + ".Wattn", channels, Axis::kWidth) {}
  at::Tensor operator()(const at::Tensor& x) const {
    return height_(x).add_(width_(x));
  }

 private:
  SelfAttention height_, width_;
};

}  // namespace prewarm::inspyrenet
