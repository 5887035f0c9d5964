#include "inference-server/engine/torch/inspyrenet/swin.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace prewarm::inspyrenet {
namespace {

constexpr std::int64_t kPatch = 4;
constexpr std::int64_t kChannels = 128;
constexpr int kDepths[] = {2, 2, 18, 2};
constexpr std::int64_t kHeads[] = {4, 8, 16, 32};
constexpr double kEpsilon = 1e-5;
// Hidden values of so many bytes at once stay in a CPU's cache.
constexpr std::int64_t kHiddenBytes = std::int64_t{8} << 20;

}  // namespace

LayerNorm::LayerNorm(Parameters* from, const std::string& name,
                     std::int64_t channels)
    : weight(from->Get(name + ".weight", {channels})),
      bias(from->Get(name + ".bias", {channels})) {}

at::Tensor LayerNorm::operator()(const at::Tensor& x) const {
  return at::layer_norm(x, {x.size(-1)}, weight, bias, kEpsilon);
}

Swin::Block::Block(Parameters* from, const std::string& name,
                   std::int64_t channels, std::int64_t heads, bool shifted)
    : norm1(from, name + ".norm1", channels),
      attention(from, name + ".attn", channels, heads, shifted),
      norm2(from, name + ".norm2", channels),
      fc1(from, name + ".mlp.fc1", channels, 4 * channels),
      fc2(from, name + ".mlp.fc2", 4 * channels, channels) {}

at::Tensor Swin::Block::operator()(
    const at::Tensor& x, const std::array<WindowLayout, 2>* layouts) const {
  at::Tensor y = x + attention(norm1(x), layouts);
  const std::int64_t channels = y.size(-1);
  at::Tensor tokens = y.view({-1, channels});
  const std::int64_t count = tokens.size(0);
  const std::int64_t at_once =
      y.is_cuda() ? count
                  : std::max<std::int64_t>(
                        1, kHiddenBytes / (4 * channels * y.element_size()));
  for (std::int64_t i = 0; i < count; i += at_once) {
    at::Tensor part = tokens.slice(0, i, std::min(i + at_once, count));
    at::Tensor hidden = fc1(norm2(part));
    at::gelu_(hidden);
    part += fc2(hidden);
  }
  return y;
}

Swin::Merging::Merging(Parameters* from, const std::string& name,
                       std::int64_t channels)
    : norm(from, name + ".norm", 4 * channels),
      reduction(from, name + ".reduction", 4 * channels, 2 * channels,
                /*bias=*/false) {}

at::Tensor Swin::Merging::operator()(const at::Tensor& x) const {
  const at::Tensor even =
      at::constant_pad_nd(x, {0, 0, 0, x.size(2) % 2, 0, x.size(1) % 2});
  const auto part = [&](std::int64_t row, std::int64_t column) {
    return even.slice(1, row, even.size(1), 2)
        .slice(2, column, even.size(2), 2);
  };
  const at::Tensor merged =
      at::cat({part(0, 0), part(1, 0), part(0, 1), part(1, 1)}, -1);
  return reduction(norm(merged));
}

Swin::Swin(Parameters* from)
    : planes_(from->planes()),
      embed_weight_(from->Get("backbone.patch_embed.proj.weight",
                              {kChannels, 3, kPatch, kPatch})),
      embed_bias_(from->Get("backbone.patch_embed.proj.bias", {kChannels})),
      embed_norm_(from, "backbone.patch_embed.norm", kChannels) {
  for (int i = 0; i < 4; ++i) {
    const std::int64_t channels = kChannels << i;
    const std::string layer = "backbone.layers." + std::to_string(i);
    Stage stage{{},
                LayerNorm(from, "backbone.norm" + std::to_string(i), channels),
                std::nullopt};
    for (int j = 0; j < kDepths[i]; ++j) {
      stage.blocks.emplace_back(from, layer + ".blocks." + std::to_string(j),
                                channels, kHeads[i], j % 2 == 1);
    }
    if (i < 3) stage.merging.emplace(from, layer + ".downsample", channels);
    stages_.push_back(std::move(stage));
  }
}

Swin::Features Swin::operator()(const at::Tensor& x,
                                const WindowLayouts* layouts) const {
  const auto missing = [](std::int64_t n) {
    return (kPatch - n % kPatch) % kPatch;
  };
  const at::Tensor padded =
      at::constant_pad_nd(x, {0, missing(x.size(3)), 0, missing(x.size(2))});
  at::Tensor tokens =
      embed_norm_(at::conv2d(padded, embed_weight_, embed_bias_, kPatch)
                      .permute({0, 2, 3, 1})
                      .contiguous());
  const auto to_planes = [&](const at::Tensor& of) {
    return of.permute({0, 3, 1, 2}).contiguous(planes_);
  };
  Features features;
  features[0] = to_planes(tokens);
  for (std::size_t i = 0; i < stages_.size(); ++i) {
    const Stage& stage = stages_[i];
    const auto* const layout = layouts == nullptr ? nullptr : &(*layouts)[i];
    for (const Block& block : stage.blocks) tokens = block(tokens, layout);
    features[i + 1] = to_planes(stage.norm(tokens));
    if (stage.merging) tokens = (*stage.merging)(tokens);
  }
  return features;
}

}  // namespace prewarm::inspyrenet
