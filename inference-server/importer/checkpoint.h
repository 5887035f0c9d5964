// A checkpoint of torch.save(model.state_dict()): a zip archive of data.pkl,
// which says what lies where, and data/<key>, the bytes. Nothing of it is
// executed.
#pragma once

#include <string_view>

#include "common/base/result.h"
#include "inference-server/importer/imported_weights.h"

namespace prewarm {

// Tensors by name; those that lie in one piece point into `file`, which must
// outlive them. Every byte that is used was compared with its CRC-32. kCorrupt
// and kUnsupported name the record or tensor, and what to do.
Result<ImportedWeights> ReadCheckpoint(std::string_view file);

}  // namespace prewarm
