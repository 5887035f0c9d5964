#include "inference-server/engine/torch/fused/precision.h"

#include <omp.h>

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

// One convolution as wide as those that cost the network its time: in a small
// one what surrounds the arithmetic hides the difference.
class ProbeGraph {
 public:
  explicit ProbeGraph(Precision precision) : graph_(precision) {
    const std::vector<float> weight(std::size_t{9} * kChannels * kChannels,
                                    0.01F);
    const std::vector<float> bias(kChannels, 0.F);
    const View image = graph_.Input(3, kSide, kSide);
    const View x = graph_.NewTensor(kChannels, kSide, kSide);
    const View y = graph_.NewTensor(kChannels, kSide, kSide);
    graph_.Conv({"first", kChannels, 3, weight.data(), bias.data()}, {}, image,
                x, {});
    graph_.Conv({"second", kChannels, kChannels, weight.data(), bias.data()},
                {}, x, y, {true, std::nullopt});
    graph_.Finish();
  }

  double RunMillis() {
    std::fill_n(graph_.InputData(), 3 * kSide * kSide, 0.5F);
    const auto start = std::chrono::steady_clock::now();
    graph_.Run();
    const std::chrono::duration<double, std::milli> took =
        std::chrono::steady_clock::now() - start;
    return took.count();
  }

 private:
  static constexpr int kChannels = 128;
  static constexpr int kSide = 32;
  Graph graph_;
};

}  // namespace

Precision ChoosePrecision(Precision wanted, bool bf16_supported,
                          const PrecisionProbe& probe) {
  if (wanted == Precision::kBf16 && bf16_supported) return wanted;
  if (wanted != Precision::kAuto || !bf16_supported) return Precision::kFp32;
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
  constexpr int kRounds = 8;
  constexpr double kNever = std::numeric_limits<double>::infinity();
  PrecisionProbe probe{kNever, kNever};
  // One thread: two wait for each other, and beside a busy neighbour that
  // takes longer than the arithmetic.
  const int threads = omp_get_max_threads();
  omp_set_num_threads(1);
  try {
    ProbeGraph fp32(Precision::kFp32);
    ProbeGraph bf16(Precision::kBf16);
    // The first runs also start threads and touch memory.
    fp32.RunMillis();
    bf16.RunMillis();
    // In turns, the best of each: a neighbour's burst hits both or neither.
    for (int i = 0; i < kRounds; ++i) {
      probe.fp32_ms = std::min(probe.fp32_ms, fp32.RunMillis());
      probe.bf16_ms = std::min(probe.bf16_ms, bf16.RunMillis());
    }
  } catch (const std::exception&) {
    probe = {0, kNever};  // what can't be built is not chosen
  }
  omp_set_num_threads(threads);
  return probe;
}

}  // namespace prewarm::fused
