#include <ATen/ATen.h>
#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAFunctions.h>
#include <cuda_runtime_api.h>

#include <cstdlib>
#include <exception>

#include "inference-server/engine/torch/backend.h"
#include "inference-server/engine/torch/cuda/cuda_runner.h"

namespace prewarm::torch_engine {
namespace {

namespace allocator = c10::cuda::CUDACachingAllocator;

constexpr char kCuda[] = "cuda";

Error Lost(const std::string& reason) {
  return MakeError(ErrorCode::kDeviceLost, "the GPU can't be used: " + reason,
                   kCuda);
}

// Of memory on the GPU, or pinned, whoever was asked for it.
bool SaysOutOfMemory(const std::string& reason) {
  return reason.find("out of memory") != std::string::npos ||
         reason.find("ALLOC_FAILED") != std::string::npos;
}

bool IsShortOfMemory(const std::exception& e, const std::string& reason) {
  return dynamic_cast<const c10::OutOfMemoryError*>(&e) != nullptr ||
         SaysOutOfMemory(reason);
}

// The allocator reads its settings when it is first asked for memory.
Status TryMemory() {
  try {
    at::zeros({1}, at::TensorOptions(at::kFloat).device(at::kCUDA));
    c10::cuda::device_synchronize();
    return Ok{};
  } catch (const std::exception& e) {
    const std::string reason = ReasonOf(e);
    if (IsShortOfMemory(e, reason)) return OutOfMemory();
    for (const char* name : {"PYTORCH_CUDA_ALLOC_CONF", "PYTORCH_ALLOC_CONF"}) {
      const char* set = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
      if (set == nullptr || cudaGetLastError() != cudaSuccess) continue;
      return MakeError(ErrorCode::kInvalidArgument,
                       std::string(name) + "=\"" + set +
                           "\" is not understood (" + reason +
                           "); correct it or unset it",
                       name);
    }
    return Lost(reason);
  }
}

class CudaBackend : public Backend {
 public:
  const char* name() const override { return kCuda; }
  at::Device device() const override { return {at::kCUDA, 0}; }

  Status Start() override {
    if (started_) return Ok{};
    int count = 0;
    const cudaError_t counted = cudaGetDeviceCount(&count);
    if (counted != cudaSuccess) return Lost(cudaGetErrorString(counted));
    if (count == 0) return Lost("the driver knows none");
    // fp32 is fp32: the proof compares with it.
    at::globalContext().setAllowTF32CuBLAS(false);
    at::globalContext().setAllowTF32CuDNN(false);
    // cuDNN compiles its attention when it is first used: more than a second
    // of each start.
    at::globalContext().setSDPUseCuDNN(false);
    PREWARM_RETURN_IF_ERROR(TryMemory());
    started_ = true;
    return Ok{};
  }

  Precision Choose(Precision wanted) const override {
    return wanted == Precision::kAuto ? Precision::kFp16 : wanted;
  }
  Precision ChooseFastest(Precision wanted) const override {
    return wanted == Precision::kInt8 ? Precision::kFp32 : Choose(wanted);
  }

  Precision AroundInt8() const override { return Precision::kFp16; }

  std::unique_ptr<Runner> MakeRunner() const override {
    return std::make_unique<CudaRunner>();
  }

  void Synchronise() const override { c10::cuda::device_synchronize(); }

  Error Explain(Error error) const override {
    const cudaError_t state = cudaDeviceSynchronize();
    if (state != cudaSuccess && state != cudaErrorMemoryAllocation) {
      return Lost(error.message + " (" + cudaGetErrorString(state) + ")");
    }
    cudaGetLastError();  // one that passes is not the next call's
    if (state == cudaErrorMemoryAllocation || SaysOutOfMemory(error.message)) {
      error = OutOfMemory();
    }
    if (error.code == ErrorCode::kResourceExhausted) allocator::emptyCache();
    return error;
  }

  std::map<std::string, std::size_t> Memory() const override {
    constexpr std::size_t all = 0;  // pools together, whatever their kind
    const allocator::DeviceStats stats = allocator::getDeviceStats(0);
    return {{"cuda_allocated",
             static_cast<std::size_t>(stats.allocated_bytes[all].current)},
            {"cuda_reserved",
             static_cast<std::size_t>(stats.reserved_bytes[all].current)},
            {"cuda_reserved_peak",
             static_cast<std::size_t>(stats.reserved_bytes[all].peak)}};
  }

 private:
  bool started_ = false;
};

}  // namespace

Backend& ThisBackend() {
  static CudaBackend backend;
  return backend;
}

}  // namespace prewarm::torch_engine
