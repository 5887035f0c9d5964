// IS-Net from an ONNX file to the tensors the engine reads: `<module>.weight`
// [out,in,3,3] and `<module>.bias` [out], named as in xuebinqin/DIS with
// BatchNorm folded. FLOAT16 stays F16: half the bytes, the same values.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "inference-server/importer/onnx.h"
#include "inference-server/store/safetensors.h"

namespace prewarm {

struct ImportedWeights {
  std::map<std::string, TensorView> tensors;
  // Bytes of tensors that had to be computed; the others point into the file.
  std::vector<std::vector<std::uint8_t>> owned;

  // A copy of computed values, as F32.
  TensorView Own(const std::vector<std::int64_t>& shape,
                 const std::vector<float>& values);
};

// Convolutions of the graph by module name, of unchecked shapes; a
// BatchNormalization behind one is folded into it. kCorrupt where a node lacks
// a weight or a bias, kUnsupported for a BatchNormalization elsewhere.
Result<ImportedWeights> CollectConvolutions(const OnnxGraph& graph);

// Every tensor of the architecture there and of its shape; otherwise kCorrupt
// lists the differences (missing, of another shape; at most 5 of each).
Status CheckIsNet(const std::map<std::string, TensorView>& tensors);

}  // namespace prewarm
