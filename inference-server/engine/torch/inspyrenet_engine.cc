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

#include "inference-server/engine/inspyrenet/picture.h"
#include "inference-server/engine/inspyrenet/table.h"
#include "inference-server/engine/torch/caught.h"
#include "inference-server/engine/torch/inspyrenet/network.h"
#include "inference-server/engine/torch/options.h"
#include "inference-server/engine/torch/trace.h"
#include "inference-server/store/safetensors.h"

namespace prewarm::torch_engine {
namespace {

constexpr char kBuild[] = "libtorch " TORCH_VERSION " inspyrenet 1";
// The proof's picture: as large as tells a damaged layer, and done in a moment
// where one of full size takes many seconds.
constexpr int kProofSide = 256;
// Beyond the weights, resident memory at the peak for each pixel of the input,
// and what does not depend on it. See docs/benchmarks.md.
constexpr std::size_t kBytesPerPixel = 800;
// A narrower picture is padded to the windows of the attention.
constexpr int kPaddedSide = 96;
constexpr std::size_t kFixedBytes = std::size_t{192} << 20;

const std::vector<std::string> kStages = {"s0", "s1", "s2", "s3", "s4", "d3",
                                          "d2", "d1", "d0", "p2", "p1", "p0"};

class InspyrenetEngine : public Engine {
 public:
  InspyrenetEngine(EngineInfo info, inspyrenet::Network network,
                   at::ScalarType type)
      : info_(std::move(info)), network_(std::move(network)), type_(type) {}

  const EngineInfo& info() const override { return info_; }

  Result<Plane> Infer(const Bitmap& rgb) override {
    PREWARM_RETURN_IF_ERROR(inspyrenet::CheckInput(rgb));
    PREWARM_RETURN_IF_ERROR(inspyrenet::CheckSize({rgb.height, rgb.width}));
    return Caught([&]() -> Result<Plane> {
      const c10::InferenceMode guard;
      const at::Tensor x = at::empty({1, 3, rgb.height, rgb.width});
      inspyrenet::Normalise(rgb, x.data_ptr<float>());
      const at::Tensor matte =
          inspyrenet::HonestMatte(network_.Forward(x.to(type_)).d0)
              .contiguous();
      return inspyrenet::ToMatte(matte.data_ptr<float>(), rgb.width,
                                 rgb.height);
    });
  }

  Result<Tensors> Trace(const Array& input,
                        const std::vector<std::string>& stages) override {
    PREWARM_RETURN_IF_ERROR(CheckTrace(input, stages, kStages));
    PREWARM_RETURN_IF_ERROR(
        inspyrenet::CheckSize({input.shape[2], input.shape[3]}));
    return Caught([&]() -> Result<Tensors> {
      const c10::InferenceMode guard;
      Tensors found;
      const auto keep = [&](const std::string& stage, const at::Tensor& value) {
        if (std::find(stages.begin(), stages.end(), stage) != stages.end()) {
          found[stage] = ToArray(value);
        }
      };
      const auto levels = network_.Forward(ToTensor(input).to(type_), keep);
      found[kMatteTensor] = ToArray(inspyrenet::Matte(levels.d0));
      return found;
    });
  }

 private:
  const EngineInfo info_;
  const inspyrenet::Network network_;
  const at::ScalarType type_;
};

Precision Chosen(const EngineOptions& options) {
  return options.precision == Precision::kBf16 ? Precision::kBf16
                                               : Precision::kFp32;
}

// The file's bytes in place; undefined unless there are float32 values.
at::Tensor View(const SafetensorsFile& file, const std::string& name) {
  const auto it = file.tensors().find(name);
  if (it == file.tensors().end() || it->second.dtype != DType::kF32) return {};
  return at::from_blob(const_cast<std::uint8_t*>(it->second.data),
                       it->second.shape, at::kFloat);
}

}  // namespace

Result<EngineInfo> PlanInspyrenetEngine(const EngineOptions& options) {
  EngineInfo info = DescribeEngine(options, Chosen(options), kBuild);
  const int side = inspyrenet::BaseSide(options.architecture).value_or(0);
  info.input_width = info.input_height = side;
  info.size_step = inspyrenet::kStep;
  info.proof_width = info.proof_height = kProofSide;
  info.fixed_bytes = kFixedBytes;
  info.bytes_per_pixel = kBytesPerPixel;
  info.padded_side = kPaddedSide;
  info.align_corners = true;
  return info;
}

Result<std::unique_ptr<Engine>> CreateInspyrenetEngine(
    const EngineOptions& options) {
  PREWARM_ASSIGN_OR_RETURN(EngineInfo info, PlanInspyrenetEngine(options));
  at::set_num_threads(UseThreads(options.threads));
  const c10::InferenceMode guard;
  PREWARM_ASSIGN_OR_RETURN(
      const auto file,
      SafetensorsFile::Parse(options.weights->data(), options.weights->size()));
  const at::ScalarType type =
      Chosen(options) == Precision::kBf16 ? at::kBFloat16 : at::kFloat;
  inspyrenet::Parameters parameters(
      [&file](const std::string& name) { return View(*file, name); }, type,
      options.original_steps ? inspyrenet::Rounding::kOriginal
                             : inspyrenet::Rounding::kOwn);
  inspyrenet::Size base{info.input_height, info.input_width};
  if (options.base_height > 0) {
    base = {options.base_height, options.base_width};
    PREWARM_RETURN_IF_ERROR(inspyrenet::CheckSize(base));
  }
  inspyrenet::Network network(&parameters, base);
  PREWARM_RETURN_IF_ERROR(parameters.status());
  malloc_trim(0);  // what folding the normalisations took
  return std::unique_ptr<Engine>(std::make_unique<InspyrenetEngine>(
      std::move(info), std::move(network), type));
}

}  // namespace prewarm::torch_engine
