// The decoder of the coarsest saliency map (InSPyReNet's PAA_d).
#pragma once

#include <ATen/core/Tensor.h>

#include "inference-server/engine/torch/inspyrenet/context.h"

namespace prewarm::inspyrenet {

// Features of 64 channels, and logits of 1.
struct Saliency {
  at::Tensor feature;
  at::Tensor logits;
  // [1], a power of two by which `feature` was divided to fit in half
  // precision; undefined: 1.
  at::Tensor divisor{};
};

// Immutable, thread-safe.
class Decoder {
 public:
  explicit Decoder(Parameters* from);

  // The contexts at strides 8, 16 and 32; gives stride 8.
  Saliency operator()(const at::Tensor& c3, const at::Tensor& c4,
                      const at::Tensor& c5) const;

 private:
  Convolution conv1_;
  CrossAttention attention_;
  Convolution conv2_, conv3_, conv4_, conv5_;
};

}  // namespace prewarm::inspyrenet
