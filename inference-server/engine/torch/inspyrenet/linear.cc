#include "inference-server/engine/torch/inspyrenet/linear.h"

#include <ATen/ATen.h>

namespace prewarm::inspyrenet {

at::Tensor Linear::operator()(const at::Tensor& x) const {
  return at::linear(x, weight_, bias_);
}

}  // namespace prewarm::inspyrenet
