#include <nlohmann/json.hpp>
#include <utility>

#include "common/store/safetensors.h"

namespace prewarm {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kAlignment = 64;

const char* DTypeName(DType type) {
  switch (type) {
    case DType::kF32:
      return "F32";
    case DType::kF16:
      return "F16";
    case DType::kBF16:
      return "BF16";
    case DType::kI64:
      return "I64";
    case DType::kI8:
      return "I8";
    case DType::kU8:
      return "U8";
  }
  return "U8";
}

}  // namespace

SafetensorsImage MakeSafetensors(
    const std::map<std::string, TensorView>& tensors,
    const std::map<std::string, std::string>& metadata) {
  ordered_json header = ordered_json::object();
  if (!metadata.empty()) header["__metadata__"] = metadata;
  // The format forbids holes, so what aligns a tensor is a tensor as well.
  static const std::string zeros(kAlignment, '\0');
  SafetensorsImage image;
  image.pieces.resize(1);  // the header comes first, and is known last
  std::size_t at = 0;
  int paddings = 0;
  const auto add = [&](const std::string& name, const TensorView& tensor) {
    header[name] = {{"dtype", DTypeName(tensor.dtype)},
                    {"shape", tensor.shape},
                    {"data_offsets", {at, at + tensor.bytes}}};
    image.pieces.push_back({tensor.data, tensor.bytes});
    at += tensor.bytes;
  };
  for (const auto& [name, tensor] : tensors) {
    if (const std::size_t over = at % kAlignment; over != 0) {
      TensorView padding;
      padding.dtype = DType::kU8;
      padding.bytes = kAlignment - over;
      padding.shape = {static_cast<std::int64_t>(padding.bytes)};
      padding.data = reinterpret_cast<const std::uint8_t*>(zeros.data());
      add("__padding_" + std::to_string(paddings++), padding);
    }
    add(name, tensor);
  }
  std::string text = header.dump();
  while ((8 + text.size()) % kAlignment != 0) text += ' ';
  std::string length(8, '\0');
  for (int i = 0; i < 8; ++i) {
    length[i] = static_cast<char>(text.size() >> (8 * i) & 255);
  }
  image.head = std::make_shared<const std::string>(length + text);
  image.pieces[0] = {image.head->data(), image.head->size()};
  return image;
}

Status WriteSafetensors(const std::string& path,
                        const std::map<std::string, TensorView>& tensors,
                        const std::map<std::string, std::string>& metadata) {
  return Env::System()->WriteNew(path,
                                 MakeSafetensors(tensors, metadata).pieces);
}

}  // namespace prewarm
