// A checkpoint, and a pickle by itself (its checksum would stop most of what
// is tried): what is accepted lies inside the file.
#include <cstdint>
#include <functional>
#include <string_view>

#include "inference-server/importer/checkpoint.h"
#include "inference-server/importer/pickle.h"
#include "tests/fuzz/require.h"

using prewarm::Require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto pickled = prewarm::ReadStateDict(bytes);
  if (pickled.ok()) {
    for (const auto& [name, tensor] : *pickled) {
      Require(tensor.offset >= 0 && tensor.elements >= 0);
      Require(tensor.shape.size() == tensor.strides.size());
    }
  }
  const auto checkpoint = prewarm::ReadCheckpoint(bytes);
  if (!checkpoint.ok()) {
    Require(!checkpoint.error().message.empty());
    return 0;
  }
  std::uint64_t sum = 0;
  for (const auto& [name, view] : checkpoint->tensors) {
    for (std::size_t i = 0; i < view.bytes; ++i) sum += view.data[i];
  }
  Require(sum + 1 > 0);  // each byte was read: the sanitizer watches
  return 0;
}
