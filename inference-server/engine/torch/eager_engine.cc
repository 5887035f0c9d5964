#include "inference-server/engine/torch/eager_engine.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>
#include <malloc.h>
#include <torch/version.h>

#include <string>
#include <utility>
#include <vector>

#include "inference-server/engine/isnet/picture.h"
#include "inference-server/engine/isnet/weights.h"
#include "inference-server/engine/torch/backend.h"
#include "inference-server/engine/torch/isnet_eager.h"
#include "inference-server/engine/torch/options.h"
#include "inference-server/engine/torch/trace.h"

namespace prewarm::torch_engine {
namespace {

// Activations of the network at 1024 x 1024: resident memory from before the
// first inference to its peak was 777 MB in fp32 and 450 MB in bf16.
constexpr std::size_t kFp32Bytes = std::size_t{800} << 20;
constexpr std::size_t kBf16Bytes = std::size_t{480} << 20;

constexpr char kEagerBuild[] = "libtorch " TORCH_VERSION " eager";

class EagerEngine : public Engine {
 public:
  EagerEngine(EngineInfo info, IsNetEager network)
      : info_(std::move(info)),
        network_(std::move(network)),
        runner_(ThisBackend().MakeRunner()) {
    info_.fixed_bytes = info_.precision == "bf16" ? kBf16Bytes : kFp32Bytes;
    if (ThisBackend().device().is_cuda()) {
      info_.fixed_bytes = kStagedBytes * isnet::kSide * isnet::kSide;
    }
  }

  const EngineInfo& info() const override { return info_; }

  Result<Plane> Infer(const Bitmap& rgb) override {
    PREWARM_RETURN_IF_ERROR(isnet::CheckInput(rgb));
    return Explained([&]() -> Result<Plane> {
      const c10::InferenceMode guard;
      const at::Tensor y =
          runner_->Run(rgb, true, [this](const at::Tensor& pixels) {
            const at::Tensor x = pixels.permute({2, 0, 1}).to(at::kFloat);
            return network_.Forward(((x - 128) / 256).unsqueeze(0))[0][0];
          });
      return isnet::ToMatte(y.data_ptr<float>());
    });
  }

  std::map<std::string, std::size_t> Memory() const override {
    return ThisBackend().Memory();
  }

  Result<Tensors> Trace(const Array& input,
                        const std::vector<std::string>& stages) override {
    PREWARM_RETURN_IF_ERROR(CheckTrace(input, stages, {}));
    if (input.shape[2] != isnet::kSide || input.shape[3] != isnet::kSide) {
      return MakeError(ErrorCode::kInvalidArgument,
                       "IS-Net takes pictures of 1024 x 1024; give IN the "
                       "shape [B,3,1024,1024]",
                       "shape");
    }
    return Explained([&]() -> Result<Tensors> {
      const c10::InferenceMode guard;
      return Tensors{
          {kMatteTensor, ToArray(network_.Forward(ToTensor(input)))}};
    });
  }

 private:
  EngineInfo info_;
  IsNetEager network_;
  const std::unique_ptr<Runner> runner_;
};

EngineInfo Describe(const EngineOptions& options, Precision precision) {
  EngineInfo info = DescribeEngine(options, precision, kEagerBuild);
  info.device = ThisBackend().name();
  return info;
}

}  // namespace

Result<EngineInfo> PlanEagerEngine(const EngineOptions& options) {
  PREWARM_RETURN_IF_ERROR(CheckOptions(options));
  PREWARM_RETURN_IF_ERROR(ThisBackend().Start());
  return Describe(options, ThisBackend().ChooseFastest(options.precision));
}

Result<std::unique_ptr<Engine>> CreateEagerEngine(
    const EngineOptions& options) {
  PREWARM_RETURN_IF_ERROR(CheckOptions(options));
  if (options.base_height > 0 || options.original_steps) {
    return MakeError(ErrorCode::kInvalidArgument,
                     "IS-Net has one size and one way to compute; leave out "
                     "--base-size and --original-steps",
                     "base-size");
  }
  at::set_num_threads(UseThreads(options.threads));
  const c10::InferenceMode guard;
  PREWARM_ASSIGN_OR_RETURN(auto weights, isnet::Weights::Open(options.weights));
  const Precision precision = ThisBackend().ChooseFastest(options.precision);
  IsNetEager network(
      [&weights](const std::string& name) { return weights->Read(name); },
      at::TensorOptions(TypeOf(precision)).device(ThisBackend().device()));
  PREWARM_RETURN_IF_ERROR(weights->status());
  weights.reset();
  malloc_trim(0);  // the fp32 buffers of the conversion
  return std::unique_ptr<Engine>(std::make_unique<EagerEngine>(
      Describe(options, precision), std::move(network)));
}

}  // namespace prewarm::torch_engine
