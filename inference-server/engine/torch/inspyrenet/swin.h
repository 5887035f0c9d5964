// The backbone: Swin-B with windows of 12 (Swin Transformer, Liu et al. 2021,
// arXiv:2103.14030).
#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "inference-server/engine/torch/inspyrenet/linear.h"
#include "inference-server/engine/torch/inspyrenet/parameters.h"
#include "inference-server/engine/torch/inspyrenet/window_attention.h"
#include "inference-server/engine/torch/inspyrenet/window_layout.h"

namespace prewarm::inspyrenet {

struct LayerNorm {
  LayerNorm(Parameters* from, const std::string& name, std::int64_t channels);
  at::Tensor operator()(const at::Tensor& x) const;  // over the last axis
  at::Tensor weight, bias;
};

// Immutable, thread-safe.
class Swin {
 public:
  explicit Swin(Parameters* from);

  // Features [B,C,h,w] at strides 4, 4, 8, 16 and 32 with 128, 128, 256, 512
  // and 1,024 channels.
  using Features = std::array<at::Tensor, 5>;
  // x: [B,3,H,W]. `layouts`: see WindowAttention.
  Features operator()(const at::Tensor& x, const WindowLayouts* layouts) const;

 private:
  struct Block {
    Block(Parameters* from, const std::string& name, std::int64_t channels,
          std::int64_t heads, bool shifted);
    at::Tensor operator()(const at::Tensor& x,
                          const std::array<WindowLayout, 2>* layouts) const;

    LayerNorm norm1;
    WindowAttention attention;
    LayerNorm norm2;
    Linear fc1, fc2;
  };
  struct Merging {
    Merging(Parameters* from, const std::string& name, std::int64_t channels);
    at::Tensor operator()(const at::Tensor& x) const;

    LayerNorm norm;
    Linear reduction;
  };
  struct Stage {
    std::vector<Block> blocks;
    LayerNorm norm;
    std::optional<Merging> merging;
  };

  at::MemoryFormat planes_;
  at::Tensor embed_weight_, embed_bias_;
  LayerNorm embed_norm_;
  std::vector<Stage> stages_;
};

}  // namespace prewarm::inspyrenet
