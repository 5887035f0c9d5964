// The weights of a convolutional network from a safetensors file, checked
// against the table of the architecture before anything is computed.
#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "inference-server/store/safetensors.h"

namespace prewarm::torch_engine {

struct ConvTensors {
  at::Tensor weight;  // fp32 [out, in, 3, 3], contiguous
  at::Tensor bias;    // fp32 [out]
};

struct ConvSpec {
  std::string name;
  int out_channels;
  int in_channels;
};

// The convolutions of IS-Net whose output is used (the side outputs of
// training, side2..side6, are not).
std::vector<ConvSpec> IsNetConvolutions();

// `<name>.weight` and `<name>.bias` for each spec, F32 or F16. kCorrupt names
// the tensor that is missing, of another shape or type, or not finite.
Result<std::map<std::string, ConvTensors>> LoadConvolutions(
    const SafetensorsFile& file, const std::vector<ConvSpec>& specs);

}  // namespace prewarm::torch_engine
