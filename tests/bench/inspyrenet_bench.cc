// Times InSPyReNet by itself, with weights made by formula: backbone and head
// apart, and the memory of it. Prints one line of JSON.
//
//   inspyrenet_bench [--side 1024] [--width W --height H] [--device cpu|cuda]
//   [--type fp32|fp16|bf16]
//                    [--runs 3] [--threads N] [--batch 1] [--graph 1]
//                    [--blend THRESHOLD]
//
// --graph: also the whole of it as a CUDA graph. --blend: as the server blends;
// all of the time is the head's then.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>
#include <sys/resource.h>
#include <torch/version.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#ifdef PREWARM_CUDA
#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAFunctions.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>
#endif

#include "inference-server/engine/torch/inspyrenet/blending.h"
#include "inference-server/engine/torch/inspyrenet/network.h"
#include "inference-server/engine/torch/options.h"
#include "tests/unit/engine/torch/formula.h"

namespace {

using prewarm::inspyrenet::Rounding;
using prewarm::inspyrenet::Size;

struct Timing {
  double backbone_ms = 0;
  double head_ms = 0;
  std::string stages{};
  double sum() const { return backbone_ms + head_ms; }
};

void Wait(const at::Device& device) {
#ifdef PREWARM_CUDA
  if (device.is_cuda()) c10::cuda::device_synchronize();
#endif
  static_cast<void>(device);
}

double Millis(std::chrono::steady_clock::time_point from,
              std::chrono::steady_clock::time_point to) {
  return std::chrono::duration<double, std::milli>(to - from).count();
}

double PeakMegabytes(const at::Device& device) {
#ifdef PREWARM_CUDA
  if (device.is_cuda()) {
    const auto stats = c10::cuda::CUDACachingAllocator::getDeviceStats(0);
    return static_cast<double>(stats.reserved_bytes[0].peak) / 1e6;
  }
#endif
  static_cast<void>(device);
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1e3;
}

Timing RunOnce(const prewarm::inspyrenet::Network& network,
               const prewarm::inspyrenet::Blending& blending,
               const at::Tensor& x, at::Tensor* matte) {
  using Clock = std::chrono::steady_clock;
  Wait(x.device());
  const auto begun = Clock::now();
  if (blending.threshold > 0) {
    *matte = prewarm::inspyrenet::Matte(
        prewarm::inspyrenet::ServedLogits(network, blending, x));
    Wait(x.device());
    return {0, Millis(begun, Clock::now()), "blended"};
  }
  auto middle = begun;
  auto last = begun;
  std::string stages;
  const auto levels = network.Forward(x, [&](const std::string& stage,
                                             const at::Tensor&) {
    if (stage[0] == 's' && stage != "s0") return;  // done with s0
    Wait(x.device());
    const auto now = Clock::now();
    if (stage == "s0") middle = now;
    char text[40];
    std::snprintf(text, sizeof text, "%s%s %.2f", stages.empty() ? "" : ", ",
                  stage.c_str(), Millis(last, now));
    stages += text;
    last = now;
  });
  *matte = prewarm::inspyrenet::Matte(levels.d0);
  Wait(x.device());
  return {Millis(begun, middle), Millis(middle, Clock::now()), stages};
}

// Of one replay; 0 without CUDA.
double GraphMillis(const prewarm::inspyrenet::Network& network,
                   const at::Tensor& x, int runs) {
#ifdef PREWARM_CUDA
  const auto stream = c10::cuda::getStreamFromPool();
  const c10::cuda::CUDAStreamGuard guard(stream);
  at::cuda::CUDAGraph graph;
  const auto layouts = prewarm::inspyrenet::LayOutWindows(
      prewarm::inspyrenet::SizeOf(x), x.options());
  const auto forward = [&] {
    return prewarm::inspyrenet::Matte(network.Forward(x, {}, &layouts).d0);
  };
  forward();
  Wait(x.device());
  graph.capture_begin();
  const at::Tensor matte = forward();
  graph.capture_end();
  std::vector<double> times;
  times.reserve(static_cast<std::size_t>(runs) + 1);
  for (int i = 0; i <= runs; ++i) {
    const auto begun = std::chrono::steady_clock::now();
    graph.replay();
    Wait(x.device());
    times.push_back(Millis(begun, std::chrono::steady_clock::now()));
  }
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
#else
  static_cast<void>(network), static_cast<void>(x), static_cast<void>(runs);
  return 0;
#endif
}

}  // namespace

int main(int argc, char** argv) {
  std::map<std::string, std::string> options = {
      {"--side", "1024"}, {"--device", "cpu"}, {"--type", "fp32"},
      {"--runs", "3"},    {"--threads", "0"},  {"--batch", "1"},
      {"--graph", "0"},   {"--width", ""},     {"--height", ""},
      {"--blend", "0"}};
  for (int i = 1; i + 1 < argc; i += 2) options[argv[i]] = argv[i + 1];
  const int side = std::stoi(options["--side"]);
  const int runs = std::stoi(options["--runs"]);
  at::set_num_threads(
      prewarm::torch_engine::UseThreads(std::stoi(options["--threads"])));
  const std::map<std::string, at::ScalarType> types = {
      {"fp32", at::kFloat}, {"fp16", at::kHalf}, {"bf16", at::kBFloat16}};
  const auto tensor_options = at::TensorOptions(types.at(options["--type"]))
                                  .device(options["--device"]);
  // As the server's engine for CUDA has it.
  at::globalContext().setAllowTF32CuDNN(false);
#ifdef PREWARM_CUDA
  at::globalContext().setSDPUseCuDNN(false);
#endif
  const c10::InferenceMode guard;
  const auto or_side = [&](const char* name) {
    return options[name].empty() ? side : std::stoi(options[name]);
  };
  const Size base{side, side};
  const prewarm::inspyrenet::Blending blending{std::stoi(options["--blend"]),
                                               base};
  const Size size{or_side("--height"), or_side("--width")};
  prewarm::inspyrenet::FormulaWeights();
  const auto network =
      prewarm::inspyrenet::FormulaNetwork(base, Rounding::kOwn, tensor_options);
  const at::Tensor x = prewarm::inspyrenet::FormulaInput(size)
                           .to(tensor_options)
                           .repeat({std::stoi(options["--batch"]), 1, 1, 1});
  const double before = PeakMegabytes(x.device());
  at::Tensor matte;
  const Timing first = RunOnce(network, blending, x, &matte);
  std::vector<Timing> timings;
  timings.reserve(static_cast<std::size_t>(runs));
  for (int i = 0; i < runs; ++i) {
    timings.push_back(RunOnce(network, blending, x, &matte));
  }
  std::sort(timings.begin(), timings.end(),
            [](const Timing& a, const Timing& b) { return a.sum() < b.sum(); });
  const Timing& warm = timings[timings.size() / 2];
  matte = matte.to(at::kCPU);
  std::printf(
      "{\"program\": \"prewarm libtorch %s\", \"device\": \"%s\", "
      "\"type\": \"%s\", \"width\": %d, \"height\": %d, \"batch\": %s, "
      "\"first_ms\": %.1f, "
      "\"backbone_ms\": %.1f, \"head_ms\": %.1f, \"warm_ms\": %.1f, "
      "\"graph_ms\": %.2f, \"stages\": \"%s\", "
      "\"memory_mb\": %.0f, \"mean\": %.6f, \"sample\": %.6f}\n",
      TORCH_VERSION, options["--device"].c_str(), options["--type"].c_str(),
      static_cast<int>(size.width), static_cast<int>(size.height),
      options["--batch"].c_str(), first.sum(), warm.backbone_ms, warm.head_ms,
      warm.sum(), options["--graph"] == "0" ? 0 : GraphMillis(network, x, runs),
      warm.stages.c_str(),
      PeakMegabytes(x.device()) - (x.is_cuda() ? 0 : before),
      matte.mean().item().to<float>(),
      matte[0][0][size.height / 2][size.width / 2].item().to<float>());
  return 0;
}
