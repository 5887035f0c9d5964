// Where each token lies among the windows: what depends on a picture's size
// alone, ready on a GPU, so that cutting a grid into windows is one kernel.
#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <vector>

#include "inference-server/engine/torch/inspyrenet/resize.h"

namespace prewarm::inspyrenet {

inline constexpr std::int64_t kWindow = 12;
inline constexpr std::int64_t kShift = 6;

// Windows along a side of so many tokens, the last one padded.
inline std::int64_t WindowsAlong(std::int64_t tokens) {
  return (tokens + kWindow - 1) / kWindow;
}

// Of one grid of tokens, row by row. Immutable, thread-safe.
struct WindowLayout {
  WindowLayout(const Size& grid, bool shifted,
               const at::TensorOptions& options);

  std::int64_t windows = 0;
  at::Tensor token_of;  // [windows x 144]: the token of each place
  at::Tensor place_of;  // [tokens]: the place of each token
  // [windows x 144, 1], 0 where a place is padding and its token another's, 1
  // elsewhere; undefined where there is no padding.
  at::Tensor is_token;
  // [windows]: inside 0, right edge 1, lower edge 2, corner 3; undefined unless
  // shifted.
  at::Tensor kind;
};

// The four grids of the backbone, plain and shifted; `options` are the
// network's type and device.
using WindowLayouts = std::vector<std::array<WindowLayout, 2>>;
WindowLayouts LayOutWindows(const Size& picture,
                            const at::TensorOptions& options);

}  // namespace prewarm::inspyrenet
