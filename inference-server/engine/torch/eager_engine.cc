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
#include "inference-server/engine/torch/caught.h"
#include "inference-server/engine/torch/fused/precision.h"
#include "inference-server/engine/torch/isnet_eager.h"
#include "inference-server/engine/torch/options.h"
#include "inference-server/engine/torch/trace.h"

namespace prewarm::torch_engine {
namespace {

// Activations of the network at 1024 x 1024: resident memory from before the
// first inference to its peak was 777 MB in fp32 and 450 MB in bf16.
constexpr std::size_t kFp32Bytes = std::size_t{800} << 20;
constexpr std::size_t kBf16Bytes = std::size_t{480} << 20;

constexpr char kBuild[] = "libtorch " TORCH_VERSION " eager";

class EagerEngine : public Engine {
 public:
  EagerEngine(EngineInfo info, IsNetEager network)
      : info_(std::move(info)), network_(std::move(network)) {
    info_.fixed_bytes = info_.precision == "bf16" ? kBf16Bytes : kFp32Bytes;
  }

  const EngineInfo& info() const override { return info_; }

  Result<Plane> Infer(const Bitmap& rgb) override {
    PREWARM_RETURN_IF_ERROR(isnet::CheckInput(rgb));
    return Caught([&]() -> Result<Plane> {
      const c10::InferenceMode guard;
      const at::Tensor x = at::empty({1, 3, isnet::kSide, isnet::kSide});
      isnet::Normalise(rgb, x.data_ptr<float>());
      const at::Tensor y = network_.Forward(x).contiguous();
      return isnet::ToMatte(y.data_ptr<float>());
    });
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
    return Caught([&]() -> Result<Tensors> {
      const c10::InferenceMode guard;
      return Tensors{
          {kMatteTensor, ToArray(network_.Forward(ToTensor(input)))}};
    });
  }

 private:
  EngineInfo info_;
  IsNetEager network_;
};

}  // namespace

Result<EngineInfo> PlanEagerEngine(const EngineOptions& options) {
  PREWARM_RETURN_IF_ERROR(CheckOptions(options));
  return DescribeEngine(options, fused::ChoosePrecisionHere(options.precision),
                        kBuild);
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
  const Precision precision = fused::ChoosePrecisionHere(options.precision);
  IsNetEager network(
      [&weights](const std::string& name) { return weights->Read(name); },
      precision == Precision::kBf16 ? at::kBFloat16 : at::kFloat);
  PREWARM_RETURN_IF_ERROR(weights->status());
  weights.reset();
  malloc_trim(0);  // the fp32 buffers of the conversion
  return std::unique_ptr<Engine>(std::make_unique<EagerEngine>(
      DescribeEngine(options, precision, kBuild), std::move(network)));
}

}  // namespace prewarm::torch_engine
