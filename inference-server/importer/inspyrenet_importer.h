// InSPyReNet from an official checkpoint: the tensors under their own names,
// without what the network does not read.
#pragma once

#include <string_view>

#include "common/base/result.h"
#include "inference-server/importer/imported_weights.h"

namespace prewarm {

// `file`: a torch.save of a state dict, which must outlive the result. kCorrupt
// where a tensor is missing, unknown, of another shape or not of float32.
Result<ImportedWeights> ReadInspyrenet(std::string_view file);

}  // namespace prewarm
