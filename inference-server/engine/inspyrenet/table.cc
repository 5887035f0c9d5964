#include "inference-server/engine/inspyrenet/table.h"

namespace prewarm::inspyrenet {
namespace {

using Shape = std::vector<std::int64_t>;
using Table = std::map<std::string, Shape>;

constexpr std::int64_t kDepth = 64;
constexpr std::int64_t kBiases =
    std::int64_t{23} * 23;  // relative places in a window of 12
constexpr int kBlocks[] = {2, 2, 18, 2};
constexpr std::int64_t kHeads[] = {4, 8, 16, 32};

class Builder {
 public:
  // weight and bias of a normalisation.
  void Norm(const std::string& name, std::int64_t channels) {
    table[name + ".weight"] = table[name + ".bias"] = {channels};
  }
  void Linear(const std::string& name, std::int64_t in, std::int64_t out) {
    table[name + ".weight"] = {out, in};
    table[name + ".bias"] = {out};
  }
  // Convolution and batch normalisation.
  void Cbr(const std::string& name, std::int64_t in, std::int64_t out,
           std::int64_t height = 1, std::int64_t width = 1) {
    table[name + ".conv.weight"] = {out, in, height, width};
    Norm(name + ".bn", out);
    table[name + ".bn.running_mean"] = table[name + ".bn.running_var"] = {out};
  }
  void Attention(const std::string& name) {
    for (const char* axis : {".Hattn", ".Wattn"}) {
      Cbr(name + axis + ".query_conv", kDepth, kDepth / 8);
      Cbr(name + axis + ".key_conv", kDepth, kDepth / 8);
      Cbr(name + axis + ".value_conv", kDepth, kDepth);
      table[name + axis + ".gamma"] = {1};
    }
  }
  void Block(const std::string& name, std::int64_t channels,
             std::int64_t heads) {
    Norm(name + ".norm1", channels);
    table[name + ".attn.relative_position_bias_table"] = {kBiases, heads};
    Linear(name + ".attn.qkv", channels, 3 * channels);
    Linear(name + ".attn.proj", channels, channels);
    Norm(name + ".norm2", channels);
    Linear(name + ".mlp.fc1", channels, 4 * channels);
    Linear(name + ".mlp.fc2", 4 * channels, channels);
  }
  void Backbone() {
    const std::string root = "backbone.";
    table[root + "patch_embed.proj.weight"] = {128, 3, 4, 4};
    table[root + "patch_embed.proj.bias"] = {128};
    Norm(root + "patch_embed.norm", 128);
    for (int i = 0; i < 4; ++i) {
      const std::int64_t channels = 128 << i;
      const std::string layer = root + "layers." + std::to_string(i);
      for (int j = 0; j < kBlocks[i]; ++j) {
        Block(layer + ".blocks." + std::to_string(j), channels, kHeads[i]);
      }
      Norm(root + "norm" + std::to_string(i), channels);
      if (i == 3) continue;
      Norm(layer + ".downsample.norm", 4 * channels);
      table[layer + ".downsample.reduction.weight"] = {2 * channels,
                                                       4 * channels};
    }
  }
  void Context(const std::string& name, std::int64_t channels) {
    Cbr(name + ".branch0", channels, kDepth);
    for (int r = 1; r <= 3; ++r) {
      const std::string branch = name + ".branch" + std::to_string(r);
      const std::int64_t kernel = 2 * r + 1;
      Cbr(branch + ".conv0", channels, kDepth);
      Cbr(branch + ".conv1", kDepth, kDepth, 1, kernel);
      Cbr(branch + ".conv2", kDepth, kDepth, kernel, 1);
      Cbr(branch + ".conv3", kDepth, kDepth, 3, 3);
      Attention(branch);
    }
    Cbr(name + ".conv_cat", 4 * kDepth, kDepth, 3, 3);
    Cbr(name + ".conv_res", channels, kDepth);
  }
  void Decoder() {
    Cbr("decoder.conv1", 3 * kDepth, kDepth, 3, 3);
    Attention("decoder");
    for (const char* conv : {"2", "3", "4"}) {
      Cbr(std::string("decoder.conv") + conv, kDepth, kDepth, 3, 3);
    }
    table["decoder.conv5.conv.weight"] = {1, kDepth, 3, 3};
  }
  void Sica(const std::string& name, std::int64_t channels, bool laplacian) {
    table[name + ".threshold"] = {1};
    if (laplacian) table[name + ".lthreshold"] = {1};
    Cbr(name + ".conv_query.0", channels, kDepth, 3, 3);
    Cbr(name + ".conv_query.1", kDepth, kDepth, 3, 3);
    for (const char* part : {".conv_key", ".conv_value"}) {
      Cbr(name + part + ".0", channels, kDepth);
      Cbr(name + part + ".1", kDepth, kDepth);
    }
    Cbr(name + ".conv_out1", kDepth, kDepth, 3, 3);
    Cbr(name + ".conv_out2", channels + kDepth, kDepth, 3, 3);
    Cbr(name + ".conv_out3", kDepth, kDepth, 3, 3);
    Cbr(name + ".conv_out4", kDepth, 1);
  }

  Table table;
};

bool EndsWith(const std::string& text, const std::string& end) {
  return text.size() >= end.size() &&
         text.compare(text.size() - end.size(), end.size(), end) == 0;
}

}  // namespace

std::optional<int> BaseSide(const std::string& architecture) {
  if (architecture == "inspyrenet-base") return 1024;
  if (architecture == "inspyrenet-base-nightly") return 1024;
  if (architecture == "inspyrenet-fast") return 384;
  return std::nullopt;
}

Table Tensors() {
  Builder builder;
  builder.Backbone();
  const std::int64_t channels[] = {128, 128, 256, 512, 1024};
  for (int i = 0; i < 5; ++i) {
    builder.Context("context" + std::to_string(i + 1), channels[i]);
  }
  builder.Decoder();
  builder.Sica("attention0", kDepth, true);
  builder.Sica("attention1", 2 * kDepth, true);
  builder.Sica("attention2", 2 * kDepth, false);
  return builder.table;
}

bool IsIgnored(const std::string& tensor) {
  return EndsWith(tensor, ".num_batches_tracked") ||
         EndsWith(tensor, ".relative_position_index");
}

}  // namespace prewarm::inspyrenet
