// A whole file; what is accepted must lie inside it.
#include <cstddef>
#include <cstdint>
#include <functional>

#include "common/store/safetensors.h"
#include "tests/fuzz/require.h"

using prewarm::Require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  // What a reader of the header alone makes of it.
  const auto length = size < prewarm::kSafetensorsPrefix
                          ? prewarm::SafetensorsHeaderLength(nullptr, size)
                          : prewarm::SafetensorsHeaderLength(data, size);
  if (length.ok()) {
    Require(*length + prewarm::kSafetensorsPrefix <= size);
  }
  const auto file = prewarm::SafetensorsFile::Parse(data, size);
  if (file.ok()) {
    const auto* header =
        reinterpret_cast<const char*>(data + prewarm::kSafetensorsPrefix);
    const auto metadata = prewarm::SafetensorsMetadata(
        {header, static_cast<std::size_t>(*length)});
    Require(metadata.ok() && *metadata == (*file)->metadata());
  }
  if (!file.ok()) {
    Require(!file.error().message.empty());
    return 0;
  }
  std::size_t total = 0;
  const std::less_equal<const std::uint8_t*> not_after;
  for (const auto& [name, tensor] : (*file)->tensors()) {
    Require(not_after(data + 8, tensor.data));
    Require(tensor.bytes <= size && tensor.shape.size() <= 8);
    Require(not_after(tensor.data + tensor.bytes, data + size));
    total += tensor.bytes;
  }
  Require(total <= size);  // no byte belongs to two tensors
  return 0;
}
