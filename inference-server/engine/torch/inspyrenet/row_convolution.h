// A convolution of a picture that comes a few rows at a time.
#pragma once

#include <ATen/core/Tensor.h>

#include "inference-server/engine/torch/inspyrenet/convolution.h"

namespace prewarm::inspyrenet {

// Gives what the convolution of the whole picture gives and computes no pixel
// twice: the last two rows are kept for the ones that follow. One for each
// picture; not thread-safe.
class RowConvolution {
 public:
  // of: of a kernel three pixels high, without dilation.
  explicit RowConvolution(const Convolution& of);

  // rows: [B,C,n,w], the next ones from top to bottom, n > 1; `last`: none
  // follow. Gives those rows after the ReLU whose neighbours are known: all but
  // the lowest at first, with that one of the call before it from then on.
  at::Tensor Relu(const at::Tensor& rows, bool last);

 private:
  Convolution whole_;
  Convolution inner_;
  at::Tensor kept_;  // [B,C,2,w]; undefined: the picture begins
};

}  // namespace prewarm::inspyrenet
