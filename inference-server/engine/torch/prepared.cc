#include "inference-server/engine/torch/prepared.h"

#include <ATen/ATen.h>

namespace prewarm::torch_engine {
namespace {

at::ScalarType TypeOf(DType type) {
  switch (type) {
    case DType::kF32:
      return at::kFloat;
    case DType::kF16:
      return at::kHalf;
    case DType::kBF16:
      return at::kBFloat16;
    case DType::kI64:
      return at::kLong;
    case DType::kU8:
      return at::kByte;
    case DType::kI8:
      return at::kChar;
  }
  return at::kByte;
}

DType TypeOf(at::ScalarType type) {
  switch (type) {
    case at::kHalf:
      return DType::kF16;
    case at::kBFloat16:
      return DType::kBF16;
    case at::kLong:
      return DType::kI64;
    case at::kChar:
      return DType::kI8;
    case at::kByte:
      return DType::kU8;
    default:
      return DType::kF32;
  }
}

}  // namespace

at::Tensor ViewOf(const TensorView& view) {
  return at::from_blob(const_cast<std::uint8_t*>(view.data), view.shape,
                       TypeOf(view.dtype));
}

PreparedTensors ViewsOf(const std::map<std::string, at::Tensor>& tensors) {
  PreparedTensors views;
  for (const auto& [name, tensor] : tensors) {
    TensorView& view = views[name];
    view.dtype = TypeOf(tensor.scalar_type());
    view.shape = tensor.sizes().vec();
    view.data = static_cast<const std::uint8_t*>(tensor.data_ptr());
    view.bytes = tensor.nbytes();
  }
  return views;
}

}  // namespace prewarm::torch_engine
