#include "inference-server/engine/torch/inspyrenet/wide.h"

#include <ATen/ATen.h>
#include <torch/version.h>

#include "inference-server/engine/torch/inspyrenet/product.h"

namespace prewarm::inspyrenet {

at::Tensor WideProduct(const at::Tensor& a, const at::Tensor& b) {
  const at::ScalarType wide = Wide(a.scalar_type());
  if (a.scalar_type() == wide) return Product(a, b);
#if TORCH_VERSION_MAJOR > 2 || \
    (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 8)
  if (a.is_cuda()) return at::bmm(a, b, wide);
#endif
  return Product(a.to(wide), b.to(wide));
}

}  // namespace prewarm::inspyrenet
