// A whole ONNX file, read and its convolutions collected.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "inference-server/importer/isnet_importer.h"
#include "inference-server/importer/onnx.h"
#include "tests/fuzz/require.h"

using prewarm::Require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto graph = prewarm::ReadOnnx(input);
  if (!graph.ok()) {
    Require(!graph.error().message.empty());
    return 0;
  }
  for (const auto& [name, tensor] : graph->tensors) {
    Require(tensor.data.empty() || (tensor.data.data() >= input.data() &&
                                    tensor.data.data() + tensor.data.size() <=
                                        input.data() + input.size()));
  }
  const auto weights = prewarm::CollectConvolutions(*graph);
  Require(weights.ok() || !weights.error().message.empty());
  if (weights.ok()) {
    const auto status = prewarm::CheckIsNet(weights->tensors);
    Require(status.ok() || !status.error().message.empty());
  }
  return 0;
}
