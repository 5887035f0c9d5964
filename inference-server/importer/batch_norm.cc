#include "inference-server/importer/batch_norm.h"

#include <cmath>
#include <cstdint>
#include <cstring>

#include "common/base/half.h"

namespace prewarm {
namespace {

Error CorruptNode(const OnnxNode& node, const std::string& what) {
  return MakeError(ErrorCode::kCorrupt,
                   "ONNX: BatchNormalization " + node.name + " " + what,
                   node.name);
}

std::vector<float> ToFloats(const OnnxTensor& tensor) {
  std::vector<float> values(tensor.data.size() / (tensor.half ? 2 : 4));
  if (!tensor.half) {
    std::memcpy(values.data(), tensor.data.data(), tensor.data.size());
    return values;
  }
  // Numbers that are not finite are found where they do harm: below.
  static_cast<void>(
      HalvesToFloats(reinterpret_cast<const std::uint8_t*>(tensor.data.data()),
                     values.size(), values.data()));
  return values;
}

}  // namespace

Result<FoldedConv> FoldBatchNorm(const OnnxTensor& weight,
                                 const OnnxTensor* bias,
                                 const OnnxNode& batch_norm,
                                 const OnnxGraph& graph) {
  if (weight.shape.empty() || weight.shape[0] <= 0) {
    return CorruptNode(batch_norm, "follows a convolution without outputs");
  }
  const auto outputs = static_cast<std::size_t>(weight.shape[0]);
  if (batch_norm.inputs.size() != 5) {
    return CorruptNode(batch_norm, "needs scale, bias, mean and variance");
  }
  std::vector<std::vector<float>> channels;  // gamma, beta, mean, variance
  for (std::size_t i = 1; i < 5; ++i) {
    const auto it = graph.tensors.find(batch_norm.inputs[i]);
    if (it == graph.tensors.end()) {
      return CorruptNode(batch_norm,
                         "reads " + batch_norm.inputs[i] +
                             ", which is no float tensor of the file");
    }
    channels.push_back(ToFloats(it->second));
    if (channels.back().size() != outputs) {
      return CorruptNode(batch_norm,
                         "has " + std::to_string(channels.back().size()) +
                             " values for " + std::to_string(outputs) +
                             " outputs");
    }
  }
  FoldedConv folded;
  folded.weight = ToFloats(weight);
  folded.bias = bias != nullptr ? ToFloats(*bias) : std::vector<float>(outputs);
  if (folded.bias.size() != outputs) {
    return CorruptNode(batch_norm, "follows a bias of another length");
  }
  const std::size_t taps = folded.weight.size() / outputs;
  for (std::size_t o = 0; o < outputs; ++o) {
    const float variance = channels[3][o] + batch_norm.epsilon;
    const float scale = channels[0][o] / std::sqrt(variance);
    // Written so that a NaN fails.
    if (!(variance > 0) || !std::isfinite(scale)) {
      return CorruptNode(batch_norm, "has an impossible variance in channel " +
                                         std::to_string(o));
    }
    for (std::size_t i = 0; i < taps; ++i) folded.weight[o * taps + i] *= scale;
    folded.bias[o] = (folded.bias[o] - channels[2][o]) * scale + channels[1][o];
  }
  return folded;
}

}  // namespace prewarm
