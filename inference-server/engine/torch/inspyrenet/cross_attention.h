// The sum of the attentions along both axes, <name>.Hattn and <name>.Wattn.
#pragma once

#include <ATen/core/Tensor.h>

#include <optional>
#include <string>

#include "inference-server/engine/torch/inspyrenet/parameters.h"
#include "inference-server/engine/torch/inspyrenet/self_attention.h"

namespace prewarm::inspyrenet {

inline constexpr std::int64_t kDepth = 64;  // channels of the head

// Immutable, thread-safe.
class CrossAttention {
 public:
  CrossAttention(Parameters* from, const std::string& name);

  // x: [B,64,h,w]; the same shape comes back.
  at::Tensor operator()(const at::Tensor& x) const;

 private:
  at::Tensor Attend(const at::Tensor& projected, std::int64_t axes,
                    std::int64_t n) const;

  // In the steps of the original:
  std::optional<SelfAttention> height_, width_;
  // In our own: queries, keys and values of both axes by one product, each of
  // them height before width; gamma is in the values'.
  at::Tensor weight_;  // [160,64]
  at::Tensor bias_;    // [160,1]
};

}  // namespace prewarm::inspyrenet
