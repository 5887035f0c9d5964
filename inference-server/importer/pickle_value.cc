#include "inference-server/importer/pickle_value.h"

#include <map>
#include <utility>

namespace prewarm {
namespace {

using Kind = PickleValue::Kind;

constexpr std::size_t kMaxDimensions = 8;
constexpr char kOrderedDict[] = "collections OrderedDict";
constexpr char kTensor[] = "torch._utils _rebuild_tensor_v2";
constexpr char kParameter[] = "torch._utils _rebuild_parameter";

const std::map<std::string, DType>& StorageTypes() {
  static const auto* types =
      new std::map<std::string, DType>{{"torch FloatStorage", DType::kF32},
                                       {"torch HalfStorage", DType::kF16},
                                       {"torch BFloat16Storage", DType::kBF16},
                                       {"torch LongStorage", DType::kI64},
                                       {"torch ByteStorage", DType::kU8}};
  return *types;
}

Error Nonsense(const std::string& what) {
  return MakeError(ErrorCode::kCorrupt,
                   "the checkpoint's pickle makes no sense: " + what, "file");
}

bool Is(const PickleValue& tuple, std::size_t at, Kind kind) {
  return at < tuple.items.size() && tuple.items[at]->kind == kind;
}

Result<std::vector<std::int64_t>> Sizes(const PickleValue& tuple,
                                        const std::string& what) {
  std::vector<std::int64_t> sizes;
  if (tuple.items.size() > kMaxDimensions) {
    return Nonsense(what + " of " + std::to_string(tuple.items.size()) +
                    " dimensions");
  }
  for (const PickleValue* item : tuple.items) {
    if (item->kind != Kind::kInt || item->number < 0) {
      return Nonsense(what + " that is not a tuple of sizes");
    }
    sizes.push_back(item->number);
  }
  return sizes;
}

// (storage, offset, shape, strides, requires_grad, hooks[, metadata])
Result<PickleValue> RebuildTensor(const PickleValue& arguments) {
  if (!Is(arguments, 0, Kind::kStorage) || !Is(arguments, 1, Kind::kInt) ||
      !Is(arguments, 2, Kind::kTuple) || !Is(arguments, 3, Kind::kTuple) ||
      arguments.items[1]->number < 0) {
    return Nonsense("a tensor of other arguments than torch gives");
  }
  PickleValue value;
  value.kind = Kind::kTensor;
  value.tensor = arguments.items[0]->tensor;
  value.tensor.offset = arguments.items[1]->number;
  PREWARM_ASSIGN_OR_RETURN(value.tensor.shape,
                           Sizes(*arguments.items[2], "a shape"));
  PREWARM_ASSIGN_OR_RETURN(value.tensor.strides,
                           Sizes(*arguments.items[3], "strides"));
  if (value.tensor.shape.size() != value.tensor.strides.size()) {
    return Nonsense("a shape and strides of different dimensions");
  }
  return value;
}

}  // namespace

Status CheckPickleGlobal(const std::string& name) {
  if (name == kOrderedDict || name == kTensor || name == kParameter ||
      StorageTypes().count(name) > 0) {
    return Ok{};
  }
  return MakeError(
      ErrorCode::kUnsupported,
      "the checkpoint wants to load \"" + name +
          "\", which no dict of tensors needs; nothing of it was run. Save "
          "model.state_dict() in a type that is read here (float32, float16, "
          "bfloat16, int64, uint8)",
      "file");
}

// ("storage", type, key, location, elements)
Result<PickleValue> PickleStorage(const PickleValue& id) {
  if (id.kind != Kind::kTuple || id.items.size() != 5 ||
      !Is(id, 0, Kind::kText) || id.items[0]->text != "storage" ||
      !Is(id, 1, Kind::kGlobal) || !Is(id, 2, Kind::kText) ||
      !Is(id, 4, Kind::kInt) || id.items[4]->number < 0) {
    return Nonsense("a storage of another form than torch gives");
  }
  const auto type = StorageTypes().find(id.items[1]->text);
  if (type == StorageTypes().end()) {
    return Nonsense("a storage of \"" + id.items[1]->text + "\"");
  }
  PickleValue value;
  value.kind = Kind::kStorage;
  value.tensor.dtype = type->second;
  value.tensor.storage = id.items[2]->text;
  value.tensor.elements = id.items[4]->number;
  return value;
}

Result<PickleValue> PickleCall(const PickleValue& callable,
                               const PickleValue& arguments) {
  if (callable.kind != Kind::kGlobal || arguments.kind != Kind::kTuple) {
    return Nonsense("a call of what can't be called");
  }
  if (callable.text == kTensor) return RebuildTensor(arguments);
  if (callable.text == kParameter && Is(arguments, 0, Kind::kTensor)) {
    return *arguments.items[0];
  }
  if (callable.text == kOrderedDict && arguments.items.empty()) {
    PickleValue value;
    value.kind = Kind::kDict;
    return value;
  }
  return Nonsense("\"" + callable.text + "\" with other arguments");
}

}  // namespace prewarm
