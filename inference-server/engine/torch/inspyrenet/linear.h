// A matrix and what is added: one place for all of the backbone's.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>

#include "inference-server/engine/torch/inspyrenet/parameters.h"
#include "inference-server/engine/torch/inspyrenet/quantised_linear.h"

namespace prewarm::inspyrenet {

// Immutable, thread-safe.
class Linear {
 public:
  // <name>.weight [out, in] and, with one, <name>.bias.
  Linear(Parameters* from, const std::string& name, std::int64_t in,
         std::int64_t out, bool bias = true);

  // Over the last axis.
  at::Tensor operator()(const at::Tensor& x) const;

 private:
  at::Tensor weight_, bias_;
  std::shared_ptr<const QuantisedLinear> quantised_;  // instead of both
};

}  // namespace prewarm::inspyrenet
