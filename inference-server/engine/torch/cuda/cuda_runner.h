// Pictures through a network on a GPU. What comes again is recorded as a CUDA
// graph: at small sizes the launches of a thousand kernels take the host longer
// than the kernels take the GPU.
#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDAStream.h>

#include <memory>

#include "inference-server/engine/torch/backend.h"

namespace prewarm::torch_engine {

class CudaRunner : public Runner {
 public:
  CudaRunner();
  ~CudaRunner() override;
  at::Tensor Run(const Bitmap& rgb, bool again,
                 const Forward& forward) override;

 private:
  // Pinned, so that the copy to the GPU needs no copy before.
  void Stage(const Bitmap& rgb);
  at::Tensor FromGpu(const at::Tensor& matte);
  // Replays what was recorded, on the pixels that are staged.
  at::Tensor Replay();
  // What the network gives for the staged pixels, plainly; the recording is
  // kept if its replay gives that as well.
  at::Tensor Record(const Forward& forward);

  c10::cuda::CUDAStream stream_;
  at::Tensor host_pixels_, host_matte_;
  // Of the recorded size: the graph reads and writes these.
  at::Tensor pixels_, matte_;
  std::unique_ptr<at::cuda::CUDAGraph> graph_;
  bool can_record_ = true;
};

}  // namespace prewarm::torch_engine
