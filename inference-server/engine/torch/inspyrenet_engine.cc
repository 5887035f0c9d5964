#include "inference-server/engine/torch/inspyrenet_engine.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>
#include <malloc.h>
#include <torch/version.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "common/store/safetensors.h"
#include "inference-server/engine/inspyrenet/picture.h"
#include "inference-server/engine/inspyrenet/table.h"
#include "inference-server/engine/torch/backend.h"
#include "inference-server/engine/torch/inspyrenet/blending.h"
#include "inference-server/engine/torch/inspyrenet/input.h"
#include "inference-server/engine/torch/inspyrenet/network.h"
#include "inference-server/engine/torch/options.h"
#include "inference-server/engine/torch/prepared.h"
#include "inference-server/engine/torch/trace.h"

namespace prewarm::torch_engine {
namespace {

constexpr char kInspyrenetBuild[] = "libtorch " TORCH_VERSION " inspyrenet 2";
// Of prepared tensors: the same wherever this network is built.
constexpr char kLayout[] = "channels last";
// The proof's picture: as large as tells a damaged layer, and done in a moment
// where one of full size takes many seconds.
constexpr int kProofSide = 256;
// Beyond the weights, resident memory at the peak for each pixel of the input,
// and what does not depend on it. See docs/benchmarks.md.
constexpr std::size_t kBytesPerPixel = 600;
// A narrower picture is padded to the windows of the attention.
constexpr int kPaddedSide = 96;
constexpr std::size_t kFixedBytes = std::size_t{256} << 20;

const std::vector<std::string> kStages = {"s0", "s1", "s2", "s3", "s4", "d3",
                                          "d2", "d1", "d0", "p2", "p1", "p0"};

// Of all that is not kept in eight bits.
Precision Around(Precision precision) {
  return precision == Precision::kInt8 ? ThisBackend().AroundInt8() : precision;
}

class InspyrenetEngine : public Engine {
 public:
  InspyrenetEngine(EngineInfo info, inspyrenet::Network network,
                   inspyrenet::Blending blending,
                   const at::TensorOptions& options,
                   std::map<std::string, at::Tensor> made)
      : info_(std::move(info)),
        network_(std::move(network)),
        blending_(blending),
        options_(options),
        made_(std::move(made)),
        runner_(ThisBackend().MakeRunner()) {
    if (!options.device().is_cuda()) return;
    served_ = inspyrenet::LayOutWindows({info_.input_height, info_.input_width},
                                        options);
  }

  const EngineInfo& info() const override { return info_; }

  Result<Plane> Infer(const Bitmap& rgb) override {
    PREWARM_RETURN_IF_ERROR(inspyrenet::CheckInput(rgb));
    PREWARM_RETURN_IF_ERROR(inspyrenet::CheckSize({rgb.height, rgb.width}));
    const bool again =
        rgb.width == info_.input_width && rgb.height == info_.input_height;
    return Explained([&]() -> Result<Plane> {
      const c10::InferenceMode guard;
      const at::Tensor matte =
          runner_->Run(rgb, again, [&](const at::Tensor& pixels) {
            return Forward(pixels,
                           again && !served_.empty() ? &served_ : nullptr);
          });
      return inspyrenet::ToMatte(matte.data_ptr<float>(), rgb.width,
                                 rgb.height);
    });
  }

  Result<Tensors> Trace(const Array& input,
                        const std::vector<std::string>& stages) override {
    PREWARM_RETURN_IF_ERROR(CheckTrace(input, stages, kStages));
    PREWARM_RETURN_IF_ERROR(
        inspyrenet::CheckSize({input.shape[2], input.shape[3]}));
    return Explained([&]() -> Result<Tensors> {
      const c10::InferenceMode guard;
      Tensors found;
      const auto keep = [&](const std::string& stage, const at::Tensor& value) {
        if (std::find(stages.begin(), stages.end(), stage) != stages.end()) {
          found[stage] = ToArray(value);
        }
      };
      const at::Tensor logits = inspyrenet::ResearchLogits(
          network_, blending_, ToTensor(input).to(options_), keep);
      found[kMatteTensor] = ToArray(inspyrenet::Matte(logits));
      return found;
    });
  }

  PreparedTensors PreparedState() const override {
    const c10::InferenceMode guard;
    try {
      for (auto& [name, tensor] : made_) tensor = tensor.to(at::kCPU);
      return ViewsOf(made_);
    } catch (const std::exception&) {
      return {};  // not kept; whether the engine still works, the next call
                  // says
    }
  }

  std::map<std::string, std::size_t> Memory() const override {
    return ThisBackend().Memory();
  }

 private:
  at::Tensor Forward(const at::Tensor& pixels,
                     const inspyrenet::WindowLayouts* layouts) const {
    const at::Tensor x = inspyrenet::ToInput(pixels, options_.dtype());
    return inspyrenet::HonestMatte(
        inspyrenet::ServedLogits(network_, blending_, x, layouts))[0][0];
  }

  const EngineInfo info_;
  const inspyrenet::Network network_;
  const inspyrenet::Blending blending_;
  const at::TensorOptions options_;
  // What the network was made of; empty where it came from a prepared state.
  mutable std::map<std::string, at::Tensor> made_;
  inspyrenet::WindowLayouts served_;  // of the size that is served; on a GPU
  const std::unique_ptr<Runner> runner_;
};

Result<std::unique_ptr<Engine>> Make(EngineInfo info,
                                     const EngineOptions& options,
                                     inspyrenet::Parameters* parameters,
                                     const at::TensorOptions& placed) {
  inspyrenet::Size base{info.input_height, info.input_width};
  if (options.base_height > 0) {
    base = {options.base_height, options.base_width};
    PREWARM_RETURN_IF_ERROR(inspyrenet::CheckSize(base));
  }
  inspyrenet::Network network(parameters, base);
  PREWARM_RETURN_IF_ERROR(parameters->status());
  std::map<std::string, at::Tensor> made;
  if (options.prepared == nullptr) made = parameters->kept();
  malloc_trim(0);  // what folding the normalisations took
  // What the weights were copied by is another stream than what computes.
  ThisBackend().Synchronise();
  return std::unique_ptr<Engine>(std::make_unique<InspyrenetEngine>(
      std::move(info), std::move(network),
      inspyrenet::Blending{options.blend_threshold, base}, placed,
      std::move(made)));
}

Result<std::unique_ptr<Engine>> MakeFromWeights(
    EngineInfo info, const EngineOptions& options,
    const at::TensorOptions& placed) {
  PREWARM_ASSIGN_OR_RETURN(
      const auto file,
      SafetensorsFile::Parse(options.weights->data(), options.weights->size()));
  const auto& tensors = file->tensors();
  inspyrenet::Parameters parameters(
      [&tensors](const std::string& name) {
        const auto it = tensors.find(name);
        return it == tensors.end() ? at::Tensor() : ViewOf(it->second);
      },
      placed,
      options.original_steps ? inspyrenet::Rounding::kOriginal
                             : inspyrenet::Rounding::kOwn);
  if (info.precision == PrecisionName(Precision::kInt8)) parameters.KeepInt8();
  return Make(std::move(info), options, &parameters, placed);
}

}  // namespace

Result<EngineInfo> PlanInspyrenetEngine(const EngineOptions& options) {
  Backend& backend = ThisBackend();
  PREWARM_RETURN_IF_ERROR(backend.Start());
  const Precision precision = backend.Choose(options.precision);
  EngineInfo info = DescribeEngine(options, precision, kInspyrenetBuild);
  info.device = backend.name();
  if (!options.original_steps) {
    info.layout =
        std::string(kLayout) + ", " + PrecisionName(Around(precision));
  }
  const int side = inspyrenet::BaseSide(options.architecture).value_or(0);
  info.input_width = info.input_height = side;
  info.size_step = inspyrenet::kStep;
  info.proof_width = info.proof_height = kProofSide;
  info.prepares_sizes = backend.device().is_cuda() && side != kProofSide;
  // Of the host's memory: what a GPU lacks is known when it says so.
  info.fixed_bytes = backend.device().is_cuda() ? 0 : kFixedBytes;
  info.bytes_per_pixel =
      backend.device().is_cuda() ? kStagedBytes : kBytesPerPixel;
  info.padded_side = kPaddedSide;
  info.blend_threshold = options.blend_threshold;
  info.align_corners = true;
  return info;
}

Result<std::unique_ptr<Engine>> CreateInspyrenetEngine(
    const EngineOptions& options) {
  Backend& backend = ThisBackend();
  PREWARM_ASSIGN_OR_RETURN(EngineInfo info, PlanInspyrenetEngine(options));
  at::set_num_threads(UseThreads(options.threads));
  const c10::InferenceMode guard;
  const auto placed =
      at::TensorOptions(TypeOf(Around(backend.Choose(options.precision))))
          .device(backend.device());
  if (options.prepared == nullptr) {
    return MakeFromWeights(std::move(info), options, placed);
  }
  const PreparedTensors& prepared = *options.prepared;
  auto parameters = inspyrenet::Parameters::FromPrepared(
      [&prepared](const std::string& name) {
        const auto it = prepared.find(name);
        return it == prepared.end() ? at::Tensor() : ViewOf(it->second);
      },
      placed);
  if (info.precision == PrecisionName(Precision::kInt8)) parameters.KeepInt8();
  return Make(std::move(info), options, &parameters, placed);
}

}  // namespace prewarm::torch_engine
