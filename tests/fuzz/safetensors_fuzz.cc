// A whole file; what is accepted must lie inside it.
#include <cstddef>
#include <cstdint>
#include <functional>

#include "inference-server/store/safetensors.h"
#include "tests/fuzz/require.h"

using prewarm::Require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const auto file = prewarm::SafetensorsFile::Parse(data, size);
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
