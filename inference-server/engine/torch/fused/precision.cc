#include "inference-server/engine/torch/fused/precision.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <exception>
#include <limits>
#include <vector>

#include "inference-server/engine/torch/fused/graph.h"

namespace prewarm::fused {
namespace {

// bf16 costs accuracy: not for the noise of a measurement.
constexpr double kMargin = 1.1;

double TimeConvolution(Precision precision) {
  constexpr int kChannels = 64;
  constexpr int kSide = 64;
  constexpr int kRuns = 4;
  try {
    const std::vector<float> weight(std::size_t{9} * kChannels * kChannels,
                                    0.01F);
    const std::vector<float> bias(kChannels, 0.F);
    Graph graph(precision);
    const View image = graph.Input(3, kSide, kSide);
    const View x = graph.NewTensor(kChannels, kSide, kSide);
    const View y = graph.NewTensor(kChannels, kSide, kSide);
    graph.Conv({kChannels, 3, weight.data(), bias.data()}, {}, image, x, {});
    graph.Conv({kChannels, kChannels, weight.data(), bias.data()}, {}, x, y,
               {true, std::nullopt});
    graph.Finish();
    const auto run = [&graph] {
      std::fill_n(graph.InputData(), 3 * kSide * kSide, 0.5F);
      const auto start = std::chrono::steady_clock::now();
      graph.Run();
      const std::chrono::duration<double, std::milli> took =
          std::chrono::steady_clock::now() - start;
      return took.count();
    };
    run();  // the first one also starts threads and touches memory
    double best = std::numeric_limits<double>::infinity();
    for (int i = 0; i < kRuns; ++i) best = std::min(best, run());
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
  const bool faster =
      std::isfinite(probe.bf16_ms) && probe.bf16_ms * kMargin <= probe.fp32_ms;
  return faster ? Precision::kBf16 : Precision::kFp32;
}

Precision ChoosePrecisionHere(Precision wanted) {
  const bool bf16 = Graph::Supports(Precision::kBf16);
  return ChoosePrecision(wanted, bf16,
                         wanted == Precision::kAuto && bf16 ? ProbePrecisions()
                                                            : PrecisionProbe{});
}

PrecisionProbe ProbePrecisions() {
  PrecisionProbe probe;
  probe.fp32_ms = TimeConvolution(Precision::kFp32);
  probe.bf16_ms = TimeConvolution(Precision::kBf16);
  return probe;
}

}  // namespace prewarm::fused
