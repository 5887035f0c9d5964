#include "inference-server/engine/torch/inspyrenet/resize.h"

#include <ATen/ATen.h>

namespace prewarm::inspyrenet {

at::Tensor Resize(const at::Tensor& planes, const Size& size, Corners corners) {
  if (SizeOf(planes) == size) return planes;
  return at::upsample_bilinear2d(planes, {size.height, size.width},
                                 corners == Corners::kAligned);
}

}  // namespace prewarm::inspyrenet
