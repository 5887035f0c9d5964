// Raw tensors between Engine::Trace and LibTorch.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "common/base/result.h"
#include "inference-server/tensor_file/npy.h"

namespace prewarm::torch_engine {

// kInvalidArgument unless `input` is [B,3,H,W] with values that are finite, and
// each of `stages` is one of `known`.
Status CheckTrace(const Array& input, const std::vector<std::string>& stages,
                  const std::vector<std::string>& known);

// The array's own bytes: it has to live as long.
at::Tensor ToTensor(const Array& array);
// A copy as float32, planes first.
Array ToArray(const at::Tensor& tensor);

}  // namespace prewarm::torch_engine
