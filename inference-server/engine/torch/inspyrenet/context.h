// The encoder's parallel axial attention (InSPyReNet, Kim et al. 2022,
// arXiv:2209.09475): 64 channels of context for each feature.
#pragma once

#include <ATen/core/Tensor.h>

#include <optional>
#include <string>
#include <vector>

#include "inference-server/engine/torch/inspyrenet/convolution.h"
#include "inference-server/engine/torch/inspyrenet/cross_attention.h"

namespace prewarm::inspyrenet {

// Immutable, thread-safe.
class Context {
 public:
  Context(Parameters* from, const std::string& name, std::int64_t channels);

  // x: [B,C,h,w]; gives [B,64,h,w].
  at::Tensor operator()(const at::Tensor& x) const;

 private:
  struct Branch {
    Branch(Parameters* from, const std::string& name, std::int64_t channels,
           std::int64_t kernel);
    at::Tensor operator()(const at::Tensor& x) const;

    Convolution reduce, across, down;
    CrossAttention attention;
    Convolution spread;
  };

  Convolution plain_;
  std::vector<Branch> branches_;
  Convolution join_, residual_;
};

}  // namespace prewarm::inspyrenet
