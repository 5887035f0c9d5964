// What the importer needs of an ONNX file (onnx.ai, IR specification): the
// nodes of the main graph and the raw tensors. Nothing is executed; external
// data is refused.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace prewarm {

struct OnnxNode {
  std::string name;
  std::string op;  // "Conv"
  std::vector<std::string> inputs;
  std::vector<std::string> outputs;
  float epsilon = 1e-5F;  // of BatchNormalization
};

struct OnnxTensor {
  std::vector<std::int64_t> shape;
  bool half = false;      // FLOAT16, else FLOAT
  std::string_view data;  // raw little-endian, into the file's bytes
};

struct OnnxGraph {
  std::vector<OnnxNode> nodes;
  std::map<std::string, OnnxTensor> tensors;  // FLOAT and FLOAT16 only
};

// `file` must outlive the graph. At most 100,000 nodes and tensors each.
// kCorrupt or kUnsupported say what.
Result<OnnxGraph> ReadOnnx(std::string_view file);

}  // namespace prewarm
