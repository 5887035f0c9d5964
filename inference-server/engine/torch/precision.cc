#include "inference-server/engine/torch/precision.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <limits>
#include <vector>

#include "inference-server/engine/torch/fused/graph.h"

namespace prewarm::torch_engine {
namespace {

double TimeConvolution(Precision precision) {
  constexpr int kChannels = 64;
  constexpr int kSide = 128;
  constexpr int kRuns = 3;
  try {
    const std::vector<float> weight(std::size_t{9} * kChannels * kChannels,
                                    0.01F);
    const std::vector<float> bias(kChannels, 0.F);
    fused::Graph graph(precision);
    const fused::View image = graph.Input(3, kSide, kSide);
    const fused::View x = graph.NewTensor(kChannels, kSide, kSide);
    const fused::View y = graph.NewTensor(kChannels, kSide, kSide);
    graph.Conv({kChannels, 3, weight.data(), bias.data()}, {}, image, x, {});
    graph.Conv({kChannels, kChannels, weight.data(), bias.data()}, {}, x, y,
               {true, std::nullopt});
    graph.Finish();
    std::fill_n(graph.InputData(), 3 * kSide * kSide, 0.5F);
    double best = std::numeric_limits<double>::infinity();
    for (int i = 0; i < kRuns; ++i) {
      const auto start = std::chrono::steady_clock::now();
      graph.Run();
      const std::chrono::duration<double, std::milli> took =
          std::chrono::steady_clock::now() - start;
      best = std::min(best, took.count());
    }
    return best;
  } catch (const std::exception&) {
    return std::numeric_limits<double>::infinity();
  }
}

}  // namespace

Precision ChoosePrecision(Precision wanted, bool bf16_supported,
                          const PrecisionProbe& probe) {
  if (wanted == Precision::kFp32 || !bf16_supported) return Precision::kFp32;
  if (wanted == Precision::kBf16) return Precision::kBf16;
  return probe.bf16_ms < probe.fp32_ms ? Precision::kBf16 : Precision::kFp32;
}

PrecisionProbe ProbePrecisions() {
  PrecisionProbe probe;
  probe.fp32_ms = TimeConvolution(Precision::kFp32);
  probe.bf16_ms = TimeConvolution(Precision::kBf16);
  return probe;
}

bool Bf16Supported() { return fused::Graph::Supports(Precision::kBf16); }

}  // namespace prewarm::torch_engine
