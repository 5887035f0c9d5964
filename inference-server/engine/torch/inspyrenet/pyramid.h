// The Laplacian pyramid of saliency maps (Burt and Adelson 1983).
#pragma once

#include <ATen/core/Tensor.h>

#include <utility>

#include "inference-server/engine/torch/inspyrenet/resize.h"

namespace prewarm::inspyrenet {

// Immutable, thread-safe.
class Pyramid {
 public:
  // Of the type and on the device of what it will be used on.
  static at::Tensor Kernel();
  explicit Pyramid(at::Tensor kernel) : kernel_(std::move(kernel)) {}

  // coarse: [B,1,h,w] with h, w > 1; gives [B,1,2h,2w].
  at::Tensor Expand(const at::Tensor& coarse) const;
  // The next finer level: the coarser one expanded, and the detail [B,1,_,_]
  // that was lost.
  at::Tensor Reconstruct(const at::Tensor& coarse,
                         const at::Tensor& detail) const;

 private:
  at::Tensor kernel_;
};

}  // namespace prewarm::inspyrenet
