// Sums that half precision has no room for.
#pragma once

#include <ATen/core/Tensor.h>

namespace prewarm::inspyrenet {

// The type to add up in: at least fp32.
inline at::ScalarType Wide(at::ScalarType type) {
  return type == at::kDouble ? at::kDouble : at::kFloat;
}

// Matrix products [B,n,k] x [B,k,m] whose values are of the wide type.
at::Tensor WideProduct(const at::Tensor& a, const at::Tensor& b);

}  // namespace prewarm::inspyrenet
