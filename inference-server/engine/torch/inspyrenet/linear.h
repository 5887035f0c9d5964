// A matrix and what is added: one place for all of the backbone's.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>

#include "inference-server/engine/torch/inspyrenet/parameters.h"

namespace prewarm::inspyrenet {

// Immutable, thread-safe.
class Linear {
 public:
  // <name>.weight [out, in] and, with one, <name>.bias.
  Linear(Parameters* from, const std::string& name, std::int64_t in,
         std::int64_t out, bool bias = true)
      : weight_(from->Get(name + ".weight", {out, in})),
        bias_(bias ? from->Get(name + ".bias", {out}) : at::Tensor()) {}

  // Over the last axis.
  at::Tensor operator()(const at::Tensor& x) const;

 private:
  at::Tensor weight_, bias_;
};

}  // namespace prewarm::inspyrenet
