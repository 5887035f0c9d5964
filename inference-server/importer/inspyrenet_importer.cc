#include "inference-server/importer/inspyrenet_importer.h"

#include <map>

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

std::string KnownRelease(const std::string& md5) {
  static const std::map<std::string, std::string> kReleases = {
      {"d692e3dd5fa1b9658949d452bebf1cda", "ckpt_base.pth"},
      {"9efdbfbcc49b79ef0f7891c83d2fd52f", "ckpt_fast.pth"}};
  const auto it = kReleases.find(md5);
  if (it == kReleases.end()) return "";
  return "transparent-background 1.2.12, " + it->second;
}

}  // namespace prewarm
