// InSPyReNet from an official checkpoint: the tensors under their own names,
// without what the network does not read.
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.h"
#include "inference-server/importer/imported_weights.h"

namespace prewarm {

// `file`: a torch.save of a state dict, which must outlive the result. kCorrupt
// where a tensor is missing, unknown, of another shape or not of float32.
Result<ImportedWeights> ReadInspyrenet(std::string_view file);

// "transparent-background 1.2.12, ckpt_base.pth" for the md5 (hex) of a release
// that is known; "" for another file.
std::string KnownRelease(const std::string& md5);

}  // namespace prewarm
