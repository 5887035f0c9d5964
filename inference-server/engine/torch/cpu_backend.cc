#include <ATen/ATen.h>

#include "inference-server/engine/torch/backend.h"
#ifdef PREWARM_FUSED
#include "inference-server/engine/torch/fused/precision.h"
#endif

namespace prewarm::torch_engine {
namespace {

class CpuRunner : public Runner {
 public:
  at::Tensor Run(const Bitmap& rgb, bool again,
                 const Forward& forward) override {
    static_cast<void>(again);
    return forward(at::from_blob(const_cast<std::uint8_t*>(rgb.data.data()),
                                 {rgb.height, rgb.width, 3}, at::kByte))
        .contiguous();
  }
};

class CpuBackend : public Backend {
 public:
  const char* name() const override { return "cpu"; }
  at::Device device() const override { return at::kCPU; }
  Status Start() override { return Ok{}; }
  Precision Choose(Precision wanted) const override {
    switch (wanted) {
      case Precision::kBf16:
      case Precision::kInt8:
        return wanted;
      default:
        return Precision::kFp32;  // fp16: LibTorch has no kernels for it
    }
  }
  Precision ChooseFastest(Precision wanted) const override {
#ifdef PREWARM_FUSED
    return fused::ChoosePrecisionHere(wanted);
#else
    return wanted == Precision::kBf16 ? wanted : Precision::kFp32;
#endif
  }
  Precision AroundInt8() const override {
    return ChooseFastest(Precision::kBf16);  // fp32 where that has no kernels
  }
  std::unique_ptr<Runner> MakeRunner() const override {
    return std::make_unique<CpuRunner>();
  }
  void Synchronise() const override {}
  Error Explain(Error error) const override { return error; }
  std::map<std::string, std::size_t> Memory() const override { return {}; }
};

}  // namespace

Backend& ThisBackend() {
  static CpuBackend backend;
  return backend;
}

}  // namespace prewarm::torch_engine
