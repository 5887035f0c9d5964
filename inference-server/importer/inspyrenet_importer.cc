#include "inference-server/importer/inspyrenet_importer.h"

#include "inference-server/engine/inspyrenet/table.h"
#include "inference-server/importer/checkpoint.h"
#include "inference-server/importer/tensor_check.h"

namespace prewarm {

Result<ImportedWeights> ReadInspyrenet(std::string_view file) {
  PREWARM_ASSIGN_OR_RETURN(ImportedWeights weights, ReadCheckpoint(file));
  auto& tensors = weights.tensors;
  for (auto it = tensors.begin(); it != tensors.end();) {
    it = inspyrenet::IsIgnored(it->first) ? tensors.erase(it) : std::next(it);
  }
  PREWARM_RETURN_IF_ERROR(CheckTensors("InSPyReNet", inspyrenet::Tensors(),
                                       tensors, /*strict=*/true));
  for (const auto& [name, view] : tensors) {
    if (view.dtype != DType::kF32) {
      return MakeError(ErrorCode::kCorrupt,
                       "the tensor " + name +
                           " is not of float32; take the "
                           "checkpoint as it was released",
                       name);
    }
  }
  return weights;
}

}  // namespace prewarm
