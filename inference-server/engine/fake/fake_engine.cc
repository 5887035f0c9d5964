#include "inference-server/engine/fake/fake_engine.h"

#include <utility>

namespace prewarm {
namespace {

class FakeEngine : public Engine {
 public:
  FakeEngine(EngineInfo info,
             std::function<Result<Plane>(const Bitmap&)> on_infer,
             PreparedTensors prepared)
      : info_(std::move(info)),
        on_infer_(std::move(on_infer)),
        prepared_(std::move(prepared)) {}

  const EngineInfo& info() const override { return info_; }
  Result<Plane> Infer(const Bitmap& rgb) override {
    const bool served =
        rgb.width == info_.input_width && rgb.height == info_.input_height;
    const bool proof =
        rgb.width == info_.proof_width && rgb.height == info_.proof_height;
    const bool other = info_.size_step > 0 &&
                       rgb.width % info_.size_step == 0 &&
                       rgb.height % info_.size_step == 0;
    if (!(served || proof || other) || rgb.channels != 3) {
      return MakeError(ErrorCode::kInternal, "wrong input size");
    }
    return on_infer_ ? on_infer_(rgb) : Result<Plane>(LuminanceMatte(rgb));
  }
  PreparedTensors PreparedState() const override { return prepared_; }

 private:
  EngineInfo info_;
  std::function<Result<Plane>(const Bitmap&)> on_infer_;
  PreparedTensors prepared_;
};

}  // namespace

Plane LuminanceMatte(const Bitmap& rgb) {
  Plane matte = MakePlane(rgb.width, rgb.height);
  for (std::size_t i = 0; i < matte.data.size(); ++i) {
    const std::uint8_t* p = rgb.data.data() + 3 * i;
    matte.data[i] = static_cast<float>(p[0] + p[1] + p[2]) / 765.F;
  }
  return matte;
}

Result<EngineInfo> FakeEngineFactory::Plan(const EngineOptions& options) {
  if (on_plan) PREWARM_RETURN_IF_ERROR(on_plan(options));
  EngineInfo info;
  info.model = options.model;
  info.digest = options.digest;
  info.device = "cpu";
  Precision precision = Precision::kFp32;
  if (faster) {
    const bool any = options.precision == Precision::kAuto;
    precision = any ? *faster : options.precision;
  }
  info.precision = PrecisionName(precision);
  info.build = "fake";
  info.input_width = input_side;
  info.input_height = input_side;
  info.proof_width = proof_side > 0 ? proof_side : input_side;
  info.proof_height = info.proof_width;
  info.prepares_sizes = prepares_sizes;
  info.size_step = size_step;
  info.bytes_per_pixel = bytes_per_pixel;
  info.align_corners = align_corners;
  info.layout = layout;
  info.blend_threshold = options.blend_threshold;
  return info;
}

Result<std::unique_ptr<Engine>> FakeEngineFactory::Create(
    const EngineOptions& options) {
  if (on_create) PREWARM_RETURN_IF_ERROR(on_create(options));
  PREWARM_ASSIGN_OR_RETURN(EngineInfo info, Plan(options));
  return std::unique_ptr<Engine>(std::make_unique<FakeEngine>(
      std::move(info), on_infer,
      options.prepared == nullptr ? prepared : PreparedTensors{}));
}

}  // namespace prewarm
