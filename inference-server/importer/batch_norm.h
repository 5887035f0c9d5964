// Folding of a BatchNormalization in inference mode into the convolution in
// front of it (Ioffe & Szegedy 2015, section 3.1; ONNX BatchNormalization):
//   weight' = weight * s, bias' = (bias - mean) * s + beta,
//   s = gamma / sqrt(variance + epsilon), per output channel.
#pragma once

#include <string>
#include <vector>

#include "common/base/result.h"
#include "inference-server/importer/onnx.h"

namespace prewarm {

struct FoldedConv {
  std::vector<float> weight;  // [out,in,kh,kw]
  std::vector<float> bias;    // [out]
};

// `bias` may be null: zeros. kCorrupt names the node where a tensor is
// missing, of another length than the convolution's outputs, or gives numbers
// that are not finite.
Result<FoldedConv> FoldBatchNorm(const OnnxTensor& weight,
                                 const OnnxTensor* bias,
                                 const OnnxNode& batch_norm,
                                 const OnnxGraph& graph);

}  // namespace prewarm
