#include "inference-server/importer/imported_weights.h"

#include <cstring>
#include <utility>

namespace prewarm {

TensorView ImportedWeights::Own(const std::vector<std::int64_t>& shape,
                                const std::vector<float>& values) {
  std::vector<std::uint8_t> bytes(values.size() * sizeof(float));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return Own(DType::kF32, shape, std::move(bytes));
}

TensorView ImportedWeights::Own(DType dtype,
                                const std::vector<std::int64_t>& shape,
                                std::vector<std::uint8_t> bytes) {
  owned.push_back(std::move(bytes));
  TensorView view;
  view.dtype = dtype;
  view.shape = shape;
  view.data = owned.back().data();
  view.bytes = owned.back().size();
  return view;
}

}  // namespace prewarm
