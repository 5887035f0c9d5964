// Attention within windows of 12 x 12 tokens (Swin Transformer, Liu et al.
// 2021, arXiv:2103.14030), shifted by half a window in every second block.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>

#include "inference-server/engine/torch/inspyrenet/parameters.h"

namespace prewarm::inspyrenet {

inline constexpr std::int64_t kWindow = 12;
inline constexpr std::int64_t kShift = 6;

// Immutable, thread-safe.
class WindowAttention {
 public:
  WindowAttention(Parameters* from, const std::string& name,
                  std::int64_t channels, std::int64_t heads, bool shifted);

  // x: [B,H,W,C], normalised; the same shape comes back.
  at::Tensor operator()(const at::Tensor& x) const;

 private:
  // [rows x columns, heads, 144, 144], or one that is the same for all: what to
  // add to a whole grid's logits.
  at::Tensor Biases(std::int64_t rows, std::int64_t columns) const;
  // windows: [rows x columns, 144, C] of one picture's `rows` rows of windows;
  // `last`: the last row is the grid's.
  at::Tensor Attend(const at::Tensor& windows, std::int64_t rows,
                    std::int64_t columns, bool last) const;

  std::int64_t channels_;
  std::int64_t heads_;
  bool shifted_;
  at::Tensor qkv_weight_, qkv_bias_, proj_weight_, proj_bias_;
  at::Tensor bias_;  // [heads,144,144], of the relative position
  // What to add in windows at the lower edge, the right edge and the corner,
  // where the shift brought tokens together that are no neighbours.
  at::Tensor lower_, right_, corner_;
  // On a GPU alone, [4,heads,144,144]: inside, right, lower, corner.
  at::Tensor kinds_;
};

}  // namespace prewarm::inspyrenet
