#include "inference-server/importer/isnet_importer.h"

#include <cstring>
#include <utility>

#include "inference-server/engine/isnet/table.h"
#include "inference-server/importer/batch_norm.h"
#include "inference-server/importer/tensor_check.h"

namespace prewarm {
namespace {

// "/stage1/rebnconv1/conv_s1/Conv" -> "stage1.rebnconv1.conv_s1"
std::string ModuleName(const std::string& node) {
  std::string name;
  const std::size_t end = node.rfind('/');
  for (std::size_t i = 0; i < node.size() && i != end; ++i) {
    if (node[i] != '/') {
      name += node[i];
    } else if (!name.empty()) {
      name += '.';
    }
  }
  return name;
}

TensorView View(const OnnxTensor& tensor) {
  TensorView view;
  view.dtype = tensor.half ? DType::kF16 : DType::kF32;
  view.shape = tensor.shape;
  view.data = reinterpret_cast<const std::uint8_t*>(tensor.data.data());
  view.bytes = tensor.data.size();
  return view;
}

Result<const OnnxTensor*> Parameter(const OnnxGraph& graph,
                                    const OnnxNode& node, std::size_t input) {
  if (node.inputs.size() <= input) {
    return MakeError(ErrorCode::kCorrupt,
                     "ONNX: Conv " + node.name + " has no weight", node.name);
  }
  const auto it = graph.tensors.find(node.inputs[input]);
  if (it == graph.tensors.end()) {
    return MakeError(ErrorCode::kCorrupt,
                     "ONNX: Conv " + node.name + " reads " +
                         node.inputs[input] +
                         ", which is no float tensor of the file",
                     node.name);
  }
  return &it->second;
}

using Expected = std::map<std::string, std::vector<std::int64_t>>;

Expected IsNetTable() {
  Expected table;
  for (const isnet::ConvSpec& conv : isnet::Convolutions()) {
    table[conv.name + ".weight"] = {conv.out_channels, conv.in_channels, 3, 3};
    table[conv.name + ".bias"] = {conv.out_channels};
  }
  return table;
}

}  // namespace

Result<ImportedWeights> CollectConvolutions(const OnnxGraph& graph) {
  ImportedWeights imported;
  // By the tensor that each normalises.
  std::map<std::string, const OnnxNode*> norms;
  for (const OnnxNode& node : graph.nodes) {
    if (node.op == "BatchNormalization" && !node.inputs.empty()) {
      norms.emplace(node.inputs[0], &node);
    }
  }
  for (const OnnxNode& node : graph.nodes) {
    if (node.op != "Conv") continue;
    PREWARM_ASSIGN_OR_RETURN(const OnnxTensor* weight,
                             Parameter(graph, node, 1));
    const OnnxTensor* bias = nullptr;
    if (node.inputs.size() == 3) {
      PREWARM_ASSIGN_OR_RETURN(bias, Parameter(graph, node, 2));
    }
    const auto norm =
        node.outputs.empty() ? norms.end() : norms.find(node.outputs[0]);
    if (bias == nullptr && norm == norms.end()) {
      return MakeError(ErrorCode::kCorrupt,
                       "ONNX: Conv " + node.name + " has no bias", node.name);
    }
    const std::string module = ModuleName(node.name);
    TensorView weight_view = View(*weight);
    TensorView bias_view;
    if (norm == norms.end()) {
      bias_view = View(*bias);
    } else {
      PREWARM_ASSIGN_OR_RETURN(
          FoldedConv folded,
          FoldBatchNorm(*weight, bias, *norm->second, graph));
      weight_view = imported.Own(weight->shape, folded.weight);
      bias_view = imported.Own({weight->shape[0]}, folded.bias);
      norms.erase(norm);
    }
    if (!imported.tensors.emplace(module + ".weight", weight_view).second) {
      return MakeError(ErrorCode::kCorrupt,
                       "ONNX: two convolutions are named " + module, module);
    }
    imported.tensors.emplace(module + ".bias", bias_view);
  }
  if (!norms.empty()) {
    const std::string& name = norms.begin()->second->name;
    return MakeError(ErrorCode::kUnsupported,
                     "ONNX: BatchNormalization " + name +
                         " does not follow a convolution; export the model in "
                         "evaluation mode",
                     name);
  }
  return imported;
}

Status CheckIsNet(const std::map<std::string, TensorView>& tensors) {
  // The side outputs of training are in the file as well.
  return CheckTensors("IS-Net", IsNetTable(), tensors, /*strict=*/false);
}

}  // namespace prewarm
