// A fixed sequence of oneDNN primitives over one arena: the fast path of the
// engine. Against LibTorch's eager operators it keeps the blocked layout from
// convolution to convolution, fuses ReLU and residual sums, and never copies
// for a concatenation: at batch 1 the channels of a blocked tensor lie one
// block after the other, so both inputs are written where they belong.
//
//   Graph g(precision);
//   View x = g.Input(3, 1024, 1024);
//   View y = g.NewTensor(64, 512, 512);
//   g.Conv(weights, {2, 1}, x, y, {});
//   g.Finish();  // plans memory; may fail
//   g.Run();
//
// Building may throw dnnl::error and StaleState (the engine catches both). One
// thread at a time, the one that called Finish.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "inference-server/engine/engine.h"
#include "inference-server/engine/isnet/weights.h"

namespace prewarm::fused {

// Channels [channel, channel + channels) of a tensor at batch 1.
struct View {
  int buffer = -1;
  int channel = 0;
  int channels = 0;
  int height = 0;
  int width = 0;
  View Slice(int offset, int count) const {
    View v = *this;
    v.channel += offset;
    v.channels = count;
    return v;
  }
};

// Must stay valid during Conv only. Of a graph over prepared tensors the name
// and the channels alone count.
using ConvWeights = isnet::ConvValues;

// Prepared tensors that this build of oneDNN would have laid out differently.
class StaleState : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct ConvShape {
  int stride = 1;
  int dilation = 1;  // 1: dense; the padding keeps the size ("same")
};

struct ConvFusion {
  bool relu = false;
  std::optional<View> residual;  // added after the ReLU
};

class Graph {
 public:
  // `precision`: kFp32 or kBf16. kBf16 needs avx512_core_bf16: Supports().
  // `prepared`: what Prepared() of such a graph gave, used where it lies; null
  // to prepare the weights given.
  explicit Graph(Precision precision,
                 const PreparedTensors* prepared = nullptr);
  ~Graph();
  static bool Supports(Precision precision);

  // fp32 planar input, filled by the caller through InputData().
  View Input(int channels, int height, int width);
  View NewTensor(int channels, int height, int width);
  // fp32 also in a bf16 graph, where rounding would show.
  View NewExactTensor(int channels, int height, int width);
  void Conv(const ConvWeights& weights, ConvShape shape, View x, View y,
            const ConvFusion& fusion);
  View MaxPool2(View x);          // 2x2, stride 2; even sizes only
  void Upsample(View x, View y);  // bilinear, align_corners=false
  // fp32 logits of one channel -> sigmoid of their enlargement to twice the
  // size, which OutputData() shows after Run.
  void Output(View logits);

  void Finish();
  void Run();

  float* InputData();
  const float* OutputData() const;
  std::size_t ArenaBytes() const;   // activations and scratch
  std::size_t WeightBytes() const;  // prepared copies
  // The weights as they lie in memory, as opaque bytes whose names tell the
  // layout; empty for a graph over prepared ones.
  const PreparedTensors& Prepared() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace prewarm::fused
