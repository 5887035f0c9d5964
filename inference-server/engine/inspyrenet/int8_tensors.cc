#include "inference-server/engine/inspyrenet/int8_tensors.h"

#include <algorithm>
#include <string_view>

namespace prewarm::inspyrenet {
namespace {

constexpr std::string_view kLayers = "backbone.layers.";
constexpr std::string_view kMatrices[] = {
    ".attn.qkv.weight", ".attn.proj.weight", ".mlp.fc1.weight",
    ".mlp.fc2.weight", ".downsample.reduction.weight"};

}  // namespace

bool IsKeptInInt8(const std::string& tensor) {
  const std::string_view name = tensor;
  if (name.substr(0, kLayers.size()) != kLayers) return false;
  return std::any_of(std::begin(kMatrices), std::end(kMatrices),
                     [&](std::string_view end) {
                       return name.size() > end.size() &&
                              name.substr(name.size() - end.size()) == end;
                     });
}

}  // namespace prewarm::inspyrenet
