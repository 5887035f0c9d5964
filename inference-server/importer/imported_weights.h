// Tensors on their way from a file into the store.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "common/store/safetensors.h"

namespace prewarm {

struct ImportedWeights {
  std::map<std::string, TensorView> tensors;
  // Bytes of tensors that had to be computed; the others point into the file.
  std::vector<std::vector<std::uint8_t>> owned;

  // A copy of computed values, as F32.
  TensorView Own(const std::vector<std::int64_t>& shape,
                 const std::vector<float>& values);
  TensorView Own(DType dtype, const std::vector<std::int64_t>& shape,
                 std::vector<std::uint8_t> bytes);
};

}  // namespace prewarm
