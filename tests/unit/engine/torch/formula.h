// InSPyReNet with weights made by formula, as in tests/testdata/inspyrenet.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <string>

#include "inference-server/engine/torch/inspyrenet/network.h"

namespace prewarm::inspyrenet {

// All float tensors of the state dict, made once for the process.
const std::map<std::string, at::Tensor>& FormulaWeights();

Parameters FormulaParameters(Rounding rounding,
                             const at::TensorOptions& options = at::kFloat);
Network FormulaNetwork(const Size& base, Rounding rounding,
                       const at::TensorOptions& options = at::kFloat);

// [1,3,h,w], smooth.
at::Tensor FormulaInput(const Size& size);

}  // namespace prewarm::inspyrenet
