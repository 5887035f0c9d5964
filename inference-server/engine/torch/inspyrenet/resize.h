// Bilinear resizing as the network was trained with it.
#pragma once

#include <ATen/core/Tensor.h>

namespace prewarm::inspyrenet {

struct Size {
  std::int64_t height = 0;
  std::int64_t width = 0;
  bool operator==(const Size& other) const {
    return height == other.height && width == other.width;
  }
};

inline Size SizeOf(const at::Tensor& planes) {
  return {planes.size(2), planes.size(3)};
}

// Whether the corner pixels' centres are those of the result's.
enum class Corners { kAligned, kNotAligned };

// planes: [B,C,h,w]; itself where it has that size already.
at::Tensor Resize(const at::Tensor& planes, const Size& size, Corners corners);

}  // namespace prewarm::inspyrenet
