#include "inference-server/engine/torch/torch_engine.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>
#include <malloc.h>
#include <sched.h>
#include <torch/version.h>

#include <cmath>
#include <exception>
#include <map>
#include <string>
#include <utility>

#include "common/base/log.h"
#include "inference-server/engine/torch/fused/isnet_graph.h"
#include "inference-server/engine/torch/isnet_eager.h"
#include "inference-server/engine/torch/precision.h"
#include "inference-server/engine/torch/weights.h"

namespace prewarm::torch_engine {
namespace {

constexpr int kSide = 1024;
// Activations of the eager network at 1024 x 1024, measured.
constexpr std::size_t kEagerBytes = 1100U << 20;

int UsableCores() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return CPU_COUNT(&set);
}

class TorchEngine : public Engine {
 public:
  TorchEngine(EngineInfo info, std::unique_ptr<fused::Graph> graph,
              std::unique_ptr<IsNetEager> eager)
      : info_(std::move(info)),
        graph_(std::move(graph)),
        eager_(std::move(eager)) {}

  const EngineInfo& info() const override { return info_; }

  Result<Plane> Infer(const Bitmap& rgb) override {
    if (rgb.width != kSide || rgb.height != kSide || rgb.channels != 3) {
      return MakeError(ErrorCode::kInternal,
                       "the engine takes 1024 x 1024 RGB pictures only");
    }
    try {
      Plane matte = MakePlane(kSide, kSide);
      if (graph_ != nullptr) {
        Normalise(rgb, graph_->InputData());
        graph_->Run();
        std::copy_n(graph_->OutputData(), matte.data.size(), matte.data.data());
      } else {
        const c10::InferenceMode guard;
        at::Tensor x = at::empty({1, 3, kSide, kSide});
        Normalise(rgb, x.data_ptr<float>());
        const at::Tensor y = eager_->Forward(x).contiguous();
        std::copy_n(y.data_ptr<float>(), matte.data.size(), matte.data.data());
      }
      for (const float v : matte.data) {
        if (!std::isfinite(v)) {
          return MakeError(ErrorCode::kInternal,
                           "the network gave a value that is not finite");
        }
      }
      return matte;
    } catch (const std::exception& e) {
      return MakeError(ErrorCode::kInternal,
                       std::string("inference failed: ") + e.what());
    }
  }

  std::size_t WorkingSetBytes() const override {
    return graph_ != nullptr ? graph_->ArenaBytes() : kEagerBytes;
  }

 private:
  // Interleaved bytes -> planar (x - 128) / 256.
  static void Normalise(const Bitmap& rgb, float* planar) {
    constexpr std::size_t kPixels = std::size_t{kSide} * kSide;
    for (std::size_t i = 0; i < kPixels; ++i) {
      for (std::size_t c = 0; c < 3; ++c) {
        planar[c * kPixels + i] =
            (static_cast<float>(rgb.data[3 * i + c]) - 128.F) / 256.F;
      }
    }
  }

  EngineInfo info_;
  std::unique_ptr<fused::Graph> graph_;
  std::unique_ptr<IsNetEager> eager_;
};

std::unique_ptr<fused::Graph> BuildGraph(
    Precision precision, const std::map<std::string, ConvTensors>& weights) {
  auto graph = std::make_unique<fused::Graph>(precision);
  fused::BuildIsNet(graph.get(), kSide, [&](const std::string& name) {
    const ConvTensors& w = weights.at(name);
    return fused::ConvWeights{
        static_cast<int>(w.weight.size(0)), static_cast<int>(w.weight.size(1)),
        w.weight.data_ptr<float>(), w.bias.data_ptr<float>()};
  });
  return graph;
}

Result<std::unique_ptr<Engine>> Create(const EngineOptions& options) {
  if (options.architecture != "isnet") {
    return MakeError(ErrorCode::kUnsupported,
                     "architecture \"" + options.architecture +
                         "\" is unknown to this engine; it has: isnet",
                     "architecture");
  }
  at::set_num_threads(options.threads > 0 ? options.threads : UsableCores());
  const c10::InferenceMode guard;

  PREWARM_ASSIGN_OR_RETURN(auto file,
                           SafetensorsFile::Open(options.weights_path));
  PREWARM_ASSIGN_OR_RETURN(auto weights,
                           LoadConvolutions(*file, IsNetConvolutions()));
  file.reset();

  const bool bf16 = Bf16Supported();
  const PrecisionProbe probe = options.precision == Precision::kAuto && bf16
                                   ? ProbePrecisions()
                                   : PrecisionProbe{};
  const Precision precision = ChoosePrecision(options.precision, bf16, probe);
  if (options.precision == Precision::kBf16 && precision != options.precision) {
    Log(LogLevel::kWarning, "precision",
        {{"wanted", "bf16"},
         {"used", "fp32"},
         {"reason", "this CPU has no avx512_bf16"}});
  }

  EngineInfo info;
  info.model = options.model;
  info.digest = options.digest;
  info.device = "cpu";
  info.precision = precision == Precision::kBf16 ? "bf16" : "fp32";
  info.build = "libtorch " TORCH_VERSION;
  info.input_width = kSide;
  info.input_height = kSide;

  std::unique_ptr<fused::Graph> graph;
  std::unique_ptr<IsNetEager> eager;
  try {
    graph = BuildGraph(precision, weights);
  } catch (const std::exception& e) {
    Log(LogLevel::kWarning, "fused_graph_unavailable", {{"reason", e.what()}});
    info.precision = "fp32";
    eager = std::make_unique<IsNetEager>(std::move(weights));
  }
  weights.clear();
  malloc_trim(0);  // the fp32 copies; the graph keeps its own
  return std::unique_ptr<Engine>(std::make_unique<TorchEngine>(
      std::move(info), std::move(graph), std::move(eager)));
}

}  // namespace

Result<std::unique_ptr<Engine>> CreateTorchEngine(
    const EngineOptions& options) {
  try {
    return Create(options);
  } catch (const std::exception& e) {
    return MakeError(ErrorCode::kInternal,
                     std::string("the engine failed to load: ") + e.what());
  }
}

}  // namespace prewarm::torch_engine
