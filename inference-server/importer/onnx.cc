#include "inference-server/importer/onnx.h"

#include <cstring>
#include <limits>

#include "inference-server/importer/wire_reader.h"

namespace prewarm {
namespace {

constexpr std::size_t kMaxEntries = 100000;
// Field numbers of onnx.proto.
constexpr std::uint32_t kModelGraph = 7;
constexpr std::uint32_t kGraphNode = 1;
constexpr std::uint32_t kGraphInitializer = 5;
constexpr std::uint64_t kFloat = 1;
constexpr std::uint64_t kFloat16 = 10;

Error CorruptOnnx(const std::string& what, const std::string& field = "") {
  return MakeError(ErrorCode::kCorrupt, "ONNX: " + what, field);
}

Result<OnnxNode> ReadNode(std::string_view message) {
  OnnxNode node;
  WireReader reader(message);
  while (!reader.done()) {
    PREWARM_ASSIGN_OR_RETURN(const WireField field, reader.Next());
    if (field.type != 2) continue;
    if (field.number == 1) node.inputs.emplace_back(field.bytes);
    if (field.number == 2) node.outputs.emplace_back(field.bytes);
    if (field.number == 3) node.name = field.bytes;
    if (field.number == 4) node.op = field.bytes;
    if (field.number == 5) {  // attribute
      WireReader attribute(field.bytes);
      std::string name;
      while (!attribute.done()) {
        PREWARM_ASSIGN_OR_RETURN(const WireField part, attribute.Next());
        if (part.number == 1 && part.type == 2) name = part.bytes;
        if (part.number == 2 && part.type == 5 && name == "epsilon") {
          std::memcpy(&node.epsilon, part.bytes.data(), sizeof(float));
        }
      }
    }
  }
  return node;
}

Status ReadDims(const WireField& field, std::vector<std::int64_t>* shape) {
  if (field.type == 0) {
    shape->push_back(static_cast<std::int64_t>(field.varint));
    return Ok{};
  }
  WireReader packed(field.bytes);
  while (!packed.done() && shape->size() <= 8) {
    PREWARM_ASSIGN_OR_RETURN(const std::uint64_t dim, packed.Varint());
    shape->push_back(static_cast<std::int64_t>(dim));
  }
  return Ok{};
}

Status ReadTensor(std::string_view message, OnnxGraph* graph) {
  OnnxTensor tensor;
  std::string name;
  std::uint64_t type = 0;
  bool raw = false;
  WireReader reader(message);
  while (!reader.done()) {
    PREWARM_ASSIGN_OR_RETURN(const WireField field, reader.Next());
    if (field.number == 1) {
      PREWARM_RETURN_IF_ERROR(ReadDims(field, &tensor.shape));
    } else if (field.number == 2 && field.type == 0) {
      type = field.varint;
    } else if (field.number == 8 && field.type == 2) {
      name = field.bytes;
    } else if (field.number == 9 && field.type == 2) {
      tensor.data = field.bytes;
      raw = true;
    } else if (field.number == 13 || field.number == 14) {
      return MakeError(ErrorCode::kUnsupported,
                       "ONNX: tensor " + name +
                           " keeps its data in another "
                           "file; give a model with embedded weights",
                       name);
    }
  }
  // Integer constants (shapes of Resize and the like) are no weights.
  if ((type != kFloat && type != kFloat16) || !raw) return Ok{};
  tensor.half = type == kFloat16;
  if (tensor.shape.size() > 8) return CorruptOnnx("too many dimensions", name);
  std::uint64_t bytes = tensor.half ? 2 : 4;
  for (const std::int64_t dim : tensor.shape) {
    if (dim < 0 || (dim != 0 && bytes > (std::uint64_t{1} << 40) /
                                            static_cast<std::uint64_t>(dim))) {
      return CorruptOnnx("tensor " + name + " has an impossible shape", name);
    }
    bytes *= static_cast<std::uint64_t>(dim);
  }
  if (bytes != tensor.data.size()) {
    return CorruptOnnx("tensor " + name + " has " +
                           std::to_string(tensor.data.size()) +
                           " bytes, its shape needs " + std::to_string(bytes),
                       name);
  }
  if (!graph->tensors.emplace(name, std::move(tensor)).second) {
    return CorruptOnnx("tensor " + name + " appears twice", name);
  }
  return Ok{};
}

}  // namespace

Result<OnnxGraph> ReadOnnx(std::string_view file) {
  OnnxGraph graph;
  bool found = false;
  WireReader model(file);
  while (!model.done()) {
    PREWARM_ASSIGN_OR_RETURN(const WireField top, model.Next());
    if (top.number != kModelGraph || top.type != 2) continue;
    if (found) return CorruptOnnx("two graphs");
    found = true;
    WireReader reader(top.bytes);
    while (!reader.done()) {
      PREWARM_ASSIGN_OR_RETURN(const WireField field, reader.Next());
      if (field.type != 2) continue;
      if (field.number == kGraphNode) {
        PREWARM_ASSIGN_OR_RETURN(auto node, ReadNode(field.bytes));
        graph.nodes.push_back(std::move(node));
      } else if (field.number == kGraphInitializer) {
        PREWARM_RETURN_IF_ERROR(ReadTensor(field.bytes, &graph));
      }
      if (graph.nodes.size() > kMaxEntries ||
          graph.tensors.size() > kMaxEntries) {
        return CorruptOnnx("more than 100,000 nodes or tensors");
      }
    }
  }
  if (!found) return CorruptOnnx("no graph: this is not an ONNX model");
  return graph;
}

}  // namespace prewarm
