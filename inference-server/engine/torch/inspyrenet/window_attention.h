// Attention within windows of 12 x 12 tokens (Swin Transformer, Liu et al.
// 2021, arXiv:2103.14030), shifted by half a window in every second block.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>

#include "inference-server/engine/torch/inspyrenet/linear.h"
#include "inference-server/engine/torch/inspyrenet/parameters.h"
#include "inference-server/engine/torch/inspyrenet/window_layout.h"

namespace prewarm::inspyrenet {

// Immutable, thread-safe.
class WindowAttention {
 public:
  WindowAttention(Parameters* from, const std::string& name,
                  std::int64_t channels, std::int64_t heads, bool shifted);

  // x: [B,H,W,C], normalised; the same shape comes back. `layouts`: of this
  // grid, plain and shifted, where all windows are to be computed at once;
  // null: some rows of windows after the others, as fit in a CPU's cache.
  at::Tensor operator()(const at::Tensor& x,
                        const std::array<WindowLayout, 2>* layouts) const;

 private:
  at::Tensor AllAtOnce(const at::Tensor& x, const WindowLayout& layout) const;
  at::Tensor RowsByRows(const at::Tensor& x) const;
  // [4,heads,144,144]: what to add to the logits, for the kinds of
  // WindowLayout.
  at::Tensor Kinds() const;
  // windows: [rows x columns, 144, C] of one picture's `rows` rows of windows;
  // `last`: the last row is the grid's.
  at::Tensor Attend(const at::Tensor& windows, std::int64_t rows,
                    std::int64_t columns, bool last) const;

  std::int64_t channels_;
  std::int64_t heads_;
  bool shifted_;
  Linear qkv_, proj_;
  at::Tensor bias_;  // [heads,144,144], of the relative position
  // What to add in windows at the lower edge, the right edge and the corner,
  // where the shift brought tokens together that are no neighbours.
  at::Tensor lower_, right_, corner_;
  at::Tensor kinds_;  // on a GPU alone
};

}  // namespace prewarm::inspyrenet
