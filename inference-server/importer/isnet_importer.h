// IS-Net from an ONNX file to the tensors the engine reads: `<module>.weight`
// [out,in,3,3] and `<module>.bias` [out], named as in xuebinqin/DIS with
// BatchNorm folded. FLOAT16 stays F16: half the bytes, the same values.
#pragma once

#include <map>
#include <string>

#include "common/base/result.h"
#include "inference-server/importer/imported_weights.h"
#include "inference-server/importer/onnx.h"

namespace prewarm {

// Convolutions of the graph by module name, of unchecked shapes; a
// BatchNormalization behind one is folded into it. kCorrupt where a node lacks
// a weight or a bias, kUnsupported for a BatchNormalization elsewhere.
Result<ImportedWeights> CollectConvolutions(const OnnxGraph& graph);

// Every tensor of the architecture there and of its shape; otherwise kCorrupt
// lists the differences (missing, of another shape; at most 5 of each).
Status CheckIsNet(const std::map<std::string, TensorView>& tensors);

}  // namespace prewarm
