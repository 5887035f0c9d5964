#include "inference-server/engine/torch/inspyrenet/window_layout.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace prewarm::inspyrenet {
namespace {

constexpr std::int64_t kTokens = kWindow * kWindow;
constexpr int kStages = 4;
constexpr std::int64_t kPatch = 4;

}  // namespace

WindowLayout::WindowLayout(const Size& grid, bool shifted,
                           const at::TensorOptions& options) {
  const std::int64_t down = WindowsAlong(grid.height);
  const std::int64_t across = WindowsAlong(grid.width);
  const std::int64_t shift = shifted ? kShift : 0;
  windows = down * across;
  std::vector<std::int64_t> tokens;
  std::vector<float> real;
  std::vector<std::int64_t> kinds;
  std::vector<std::int64_t> places(
      static_cast<std::size_t>(grid.height * grid.width));
  tokens.reserve(static_cast<std::size_t>(windows * kTokens));
  real.reserve(tokens.capacity());
  bool padded = false;
  for (std::int64_t window = 0; window < windows; ++window) {
    const std::int64_t top = window / across, left = window % across;
    kinds.push_back((top == down - 1 ? 2 : 0) + (left == across - 1 ? 1 : 0));
    for (std::int64_t i = 0; i < kTokens; ++i) {
      const std::int64_t row =
          (top * kWindow + i / kWindow + shift) % (down * kWindow);
      const std::int64_t column =
          (left * kWindow + i % kWindow + shift) % (across * kWindow);
      const bool is_real = row < grid.height && column < grid.width;
      padded = padded || !is_real;
      real.push_back(is_real ? 1.F : 0.F);
      const std::int64_t token = row * grid.width + column;
      if (is_real) {
        places[static_cast<std::size_t>(token)] =
            static_cast<std::int64_t>(tokens.size());
      }
      tokens.push_back(is_real ? token : 0);
    }
  }
  const at::Device device = options.device();
  token_of = at::tensor(tokens).to(device);
  place_of = at::tensor(places).to(device);
  if (padded) is_token = at::tensor(real).unsqueeze(1).to(options);
  if (shifted) kind = at::tensor(kinds).to(device);
}

WindowLayouts LayOutWindows(const Size& picture,
                            const at::TensorOptions& options) {
  WindowLayouts layouts;
  Size grid{(picture.height + kPatch - 1) / kPatch,
            (picture.width + kPatch - 1) / kPatch};
  for (int stage = 0; stage < kStages; ++stage) {
    layouts.push_back({WindowLayout(grid, false, options),
                       WindowLayout(grid, true, options)});
    grid = {(grid.height + 1) / 2, (grid.width + 1) / 2};
  }
  return layouts;
}

}  // namespace prewarm::inspyrenet
