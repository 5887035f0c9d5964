#include "inference-server/engine/torch/cuda/cuda_runner.h"

#include <ATen/ATen.h>
#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAGuard.h>
#include <cuda_runtime_api.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <exception>
#include <utility>
#include <vector>

namespace prewarm::torch_engine {
namespace {

// Recorded or not, the kernels are the same; what differs is another picture.
constexpr double kSame = 1.0 / 255;

at::Tensor Pinned(at::IntArrayRef shape, at::ScalarType type) {
  return at::empty(shape, at::TensorOptions(type).pinned_memory(true));
}

// One pool for all graphs of the process: they are replayed one after the
// other, on one thread, and what one gives is copied before the next begins.
at::cuda::MempoolId_t SharedPool() {
  static const at::cuda::MempoolId_t pool = at::cuda::graph_pool_handle();
  return pool;
}

// All networks of the process on one stream, so that they can share the pool.
c10::cuda::CUDAStream SharedStream() {
  static const c10::cuda::CUDAStream stream = c10::cuda::getStreamFromPool();
  return stream;
}

// On the host: it would be one more kernel to load. NaN where one has one.
double MeanDifference(const at::Tensor& a, const at::Tensor& b) {
  const auto* x = a.data_ptr<float>();
  const auto* y = b.data_ptr<float>();
  double sum = 0;
  for (std::int64_t i = 0; i < a.numel(); ++i) sum += std::abs(x[i] - y[i]);
  return sum / static_cast<double>(a.numel());
}

// Whatever became of it, stream and allocator must know that it is over: the
// pool is that of the other networks as well.
void StopRecording(at::cuda::CUDAGraph* graph) {
  try {
    graph->capture_end();
  } catch (const std::exception&) {
  }
  try {
    c10::cuda::CUDACachingAllocator::endAllocateToPool(0, SharedPool());
  } catch (const std::exception&) {
  }
  cudaGetLastError();
}

}  // namespace

CudaRunner::CudaRunner() : stream_(SharedStream()) {}

CudaRunner::~CudaRunner() = default;

void CudaRunner::Stage(const Bitmap& rgb) {
  const std::vector<std::int64_t> shape = {rgb.height, rgb.width, 3};
  if (!host_pixels_.defined() ||
      host_pixels_.sizes() != at::IntArrayRef(shape)) {
    host_pixels_ = Pinned(shape, at::kByte);
  }
  std::memcpy(host_pixels_.data_ptr(), rgb.data.data(), rgb.data.size());
}

at::Tensor CudaRunner::FromGpu(const at::Tensor& matte) {
  if (!host_matte_.defined() || host_matte_.sizes() != matte.sizes()) {
    host_matte_ = Pinned(matte.sizes(), at::kFloat);
  }
  host_matte_.copy_(matte, /*non_blocking=*/true);
  stream_.synchronize();
  return host_matte_;
}

at::Tensor CudaRunner::Replay() {
  pixels_.copy_(host_pixels_, /*non_blocking=*/true);
  graph_->replay();
  return FromGpu(matte_);
}

at::Tensor CudaRunner::Record(const Forward& forward) {
  pixels_ = host_pixels_.to(at::kCUDA);
  // Chooses and loads the kernels; its memory is given back before the
  // recording takes its own.
  const at::Tensor plain = FromGpu(forward(pixels_)).clone();
  c10::cuda::CUDACachingAllocator::emptyCache();
  auto graph = std::make_unique<at::cuda::CUDAGraph>();
  try {
    graph->capture_begin(SharedPool());
    matte_ = forward(pixels_);
    graph->capture_end();
    graph_ = std::move(graph);
    if (MeanDifference(plain, Replay()) <= kSame) return plain;
    graph_ = nullptr;
  } catch (const std::exception&) {
    StopRecording(graph.get());
  }
  // Without one, then: the plain run has shown that the network works.
  can_record_ = false;
  matte_.reset();
  return plain;
}

at::Tensor CudaRunner::Run(const Bitmap& rgb, bool again,
                           const Forward& forward) {
  const c10::cuda::CUDAStreamGuard guard(stream_);
  Stage(rgb);
  if (!again) {
    return FromGpu(forward(host_pixels_.to(at::kCUDA, at::kByte,
                                           /*non_blocking=*/true)));
  }
  if (graph_ != nullptr) return Replay();
  if (can_record_) return Record(forward);
  return FromGpu(forward(host_pixels_.to(at::kCUDA)));
}

}  // namespace prewarm::torch_engine
