#include "inference-server/importer/isnet_importer.h"

#include <set>
#include <utility>

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

using Expected = std::map<std::string, std::vector<std::int64_t>>;

void AddConv(const std::string& name, int out, int in, Expected* table) {
  (*table)[name + ".weight"] = {out, in, 3, 3};
  (*table)[name + ".bias"] = {out};
}

void AddRsu(const std::string& p, int levels, int in, int middle, int out,
            Expected* table) {
  const auto name = [&](const std::string& unit) {
    return p + ".rebnconv" + unit + ".conv_s1";
  };
  AddConv(name("in"), out, in, table);
  for (int k = 1; k <= levels; ++k) {
    const std::string unit = std::to_string(k);
    AddConv(name(unit), middle, k == 1 ? out : middle, table);
    if (k < levels) {
      AddConv(name(unit + "d"), k == 1 ? out : middle, 2 * middle, table);
    }
  }
}

Expected IsNetTable() {
  Expected table;
  AddConv("conv_in", 64, 3, &table);
  AddRsu("stage1", 7, 64, 32, 64, &table);
  AddRsu("stage2", 6, 64, 32, 128, &table);
  AddRsu("stage3", 5, 128, 64, 256, &table);
  AddRsu("stage4", 4, 256, 128, 512, &table);
  AddRsu("stage5", 4, 512, 256, 512, &table);
  AddRsu("stage6", 4, 512, 256, 512, &table);
  AddRsu("stage5d", 4, 1024, 256, 512, &table);
  AddRsu("stage4d", 4, 1024, 128, 256, &table);
  AddRsu("stage3d", 5, 512, 64, 128, &table);
  AddRsu("stage2d", 6, 256, 32, 64, &table);
  AddRsu("stage1d", 7, 128, 16, 64, &table);
  AddConv("side1", 1, 64, &table);
  return table;
}

void Note(const std::string& name, std::size_t* count, std::string* list) {
  if (++*count <= 5) *list += (list->empty() ? "" : ", ") + name;
  if (*count == 6) *list += ", ...";
}

}  // namespace

Result<ImportedWeights> CollectConvolutions(const OnnxGraph& graph) {
  ImportedWeights imported;
  for (const OnnxNode& node : graph.nodes) {
    if (node.op == "BatchNormalization") {
      return MakeError(ErrorCode::kUnsupported,
                       "ONNX: node " + node.name +
                           " is a BatchNormalization that was not folded; "
                           "export the model in evaluation mode with constant "
                           "folding",
                       node.name);
    }
    if (node.op != "Conv") continue;
    if (node.inputs.size() != 3) {
      return MakeError(ErrorCode::kCorrupt,
                       "ONNX: Conv " + node.name + " has no bias", node.name);
    }
    const std::string module = ModuleName(node.name);
    const char* suffixes[] = {".weight", ".bias"};
    for (int i = 0; i < 2; ++i) {
      const auto it = graph.tensors.find(node.inputs[i + 1]);
      if (it == graph.tensors.end()) {
        return MakeError(ErrorCode::kCorrupt,
                         "ONNX: Conv " + node.name + " reads " +
                             node.inputs[i + 1] +
                             ", which is no float tensor of the file",
                         node.name);
      }
      if (!imported.tensors.emplace(module + suffixes[i], View(it->second))
               .second) {
        return MakeError(ErrorCode::kCorrupt,
                         "ONNX: two convolutions are named " + module, module);
      }
    }
  }
  return imported;
}

Status CheckIsNet(const std::map<std::string, TensorView>& tensors) {
  std::string missing;
  std::string wrong;
  std::size_t missing_count = 0;
  std::size_t wrong_count = 0;
  for (const auto& [name, shape] : IsNetTable()) {
    const auto it = tensors.find(name);
    if (it == tensors.end()) {
      Note(name, &missing_count, &missing);
    } else if (it->second.shape != shape) {
      Note(name, &wrong_count, &wrong);
    }
  }
  if (missing_count + wrong_count == 0) return Ok{};
  std::string message = "these are not the weights of IS-Net:";
  if (missing_count > 0) {
    message += " " + std::to_string(missing_count) + " tensors are missing (" +
               missing + ")";
  }
  if (wrong_count > 0) {
    message += " " + std::to_string(wrong_count) + " have another shape (" +
               wrong + ")";
  }
  return MakeError(ErrorCode::kCorrupt, message);
}

}  // namespace prewarm
