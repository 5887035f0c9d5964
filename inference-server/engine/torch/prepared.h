// Tensors of a network to those of a prepared state, and back.
#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <string>

#include "inference-server/engine/engine.h"

namespace prewarm::torch_engine {

// The bytes in place, read-only for whoever uses it.
at::Tensor ViewOf(const TensorView& view);

// On the CPU, in row order: the views point into `tensors`, which must be so.
PreparedTensors ViewsOf(const std::map<std::string, at::Tensor>& tensors);

}  // namespace prewarm::torch_engine
