// Times InSPyReNet by itself, with weights made by formula: backbone and head
// apart, and the memory of it. Prints one line of JSON.
//
//   inspyrenet_bench [--side 1024] [--device cpu|cuda] [--type fp32|fp16|bf16]
//                    [--runs 3] [--threads N] [--batch 1]
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
#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAFunctions.h>
#endif

#include "inference-server/engine/torch/inspyrenet/network.h"
#include "tests/unit/engine/torch/formula.h"

namespace {

using prewarm::inspyrenet::Rounding;
using prewarm::inspyrenet::Size;

struct Timing {
  double backbone_ms = 0;
  double head_ms = 0;
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

Timing RunOnce(const prewarm::inspyrenet::Network& network, const at::Tensor& x,
               at::Tensor* matte) {
  using Clock = std::chrono::steady_clock;
  Wait(x.device());
  const auto begun = Clock::now();
  auto middle = begun;
  const auto levels =
      network.Forward(x, [&](const std::string& stage, const at::Tensor&) {
        if (stage != "s0") return;  // all of the backbone is done by then
        Wait(x.device());
        middle = Clock::now();
      });
  *matte = prewarm::inspyrenet::Matte(levels.d0);
  Wait(x.device());
  return {Millis(begun, middle), Millis(middle, Clock::now())};
}

}  // namespace

int main(int argc, char** argv) {
  std::map<std::string, std::string> options = {
      {"--side", "1024"}, {"--device", "cpu"}, {"--type", "fp32"},
      {"--runs", "3"},    {"--threads", "0"},  {"--batch", "1"}};
  for (int i = 1; i + 1 < argc; i += 2) options[argv[i]] = argv[i + 1];
  const int side = std::stoi(options["--side"]);
  const int runs = std::stoi(options["--runs"]);
  if (options["--threads"] != "0") {
    at::set_num_threads(std::stoi(options["--threads"]));
  }
  const std::map<std::string, at::ScalarType> types = {
      {"fp32", at::kFloat}, {"fp16", at::kHalf}, {"bf16", at::kBFloat16}};
  const auto tensor_options = at::TensorOptions(types.at(options["--type"]))
                                  .device(options["--device"]);
  const c10::InferenceMode guard;
  const Size size{side, side};
  prewarm::inspyrenet::FormulaWeights();
  const auto network =
      prewarm::inspyrenet::FormulaNetwork(size, Rounding::kOwn, tensor_options);
  const at::Tensor x = prewarm::inspyrenet::FormulaInput(size)
                           .to(tensor_options)
                           .repeat({std::stoi(options["--batch"]), 1, 1, 1});
  const double before = PeakMegabytes(x.device());
  at::Tensor matte;
  const Timing first = RunOnce(network, x, &matte);
  std::vector<Timing> timings;
  for (int i = 0; i < runs; ++i) timings.push_back(RunOnce(network, x, &matte));
  std::sort(timings.begin(), timings.end(),
            [](const Timing& a, const Timing& b) { return a.sum() < b.sum(); });
  const Timing& warm = timings[timings.size() / 2];
  matte = matte.to(at::kCPU);
  std::printf(
      "{\"program\": \"prewarm libtorch %s\", \"device\": \"%s\", "
      "\"type\": \"%s\", \"side\": %d, \"batch\": %s, \"first_ms\": %.1f, "
      "\"backbone_ms\": %.1f, \"head_ms\": %.1f, \"warm_ms\": %.1f, "
      "\"memory_mb\": %.0f, \"mean\": %.6f, \"sample\": %.6f}\n",
      TORCH_VERSION, options["--device"].c_str(), options["--type"].c_str(),
      side, options["--batch"].c_str(), first.sum(), warm.backbone_ms,
      warm.head_ms, warm.sum(),
      PeakMegabytes(x.device()) - (x.is_cuda() ? 0 : before),
      matte.mean().item().to<float>(),
      matte[0][0][side / 2][side / 2].item().to<float>());
  return 0;
}
