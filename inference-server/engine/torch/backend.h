// The device that an engine's shared object computes on. One of cpu_backend.cc
// and cuda/cuda_backend.cc is linked in.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "common/base/result.h"
#include "inference-server/engine/precision.h"
#include "inference-server/engine/torch/caught.h"
#include "inference-server/imaging/image.h"

namespace prewarm::torch_engine {

// A network on its device: uint8 [h,w,3] -> fp32 [h,w].
using Forward = std::function<at::Tensor(const at::Tensor& pixels)>;

// Takes pictures to the device and mattes back. Of one network, used by one
// thread at a time. Throws what LibTorch throws.
class Runner {
 public:
  virtual ~Runner() = default;
  // The network's values, on the host, valid until the next call. `again`: this
  // size comes again and again, with the same `forward`: it may be recorded,
  // and must touch nothing but the device's memory then.
  virtual at::Tensor Run(const Bitmap& rgb, bool again,
                         const Forward& forward) = 0;
};

class Backend {
 public:
  virtual ~Backend() = default;

  virtual const char* name() const = 0;  // "cpu", "cuda"
  virtual at::Device device() const = 0;
  // Before anything else, any number of times. kDeviceLost where no device
  // answers.
  virtual Status Start() = 0;
  // What is computed in where `wanted` was asked for; never kAuto.
  virtual Precision Choose(Precision wanted) const = 0;
  // The same for a network of convolutions alone, where kAuto may be timed.
  virtual Precision ChooseFastest(Precision wanted) const = 0;
  // What is around weights of eight bits.
  virtual Precision AroundInt8() const = 0;
  virtual std::unique_ptr<Runner> MakeRunner() const = 0;
  // Waits for all that was asked of the device.
  virtual void Synchronise() const = 0;
  // After a call that failed with `error`: gives back what memory it can, and
  // says kDeviceLost (field: its name) where only a new process can go on.
  virtual Error Explain(Error error) const = 0;
  // Of Engine::Memory; any thread.
  virtual std::map<std::string, std::size_t> Memory() const = 0;
};

// Of the host's memory for a picture on a GPU, a pixel: three bytes there, four
// of the matte back.
inline constexpr std::size_t kStagedBytes = 7;

// The one that is linked in; any thread.
Backend& ThisBackend();

// What a network's tensors are of in that precision.
inline at::ScalarType TypeOf(Precision precision) {
  switch (precision) {
    case Precision::kBf16:
      return at::kBFloat16;
    case Precision::kFp16:
      return at::kHalf;
    default:
      return at::kFloat;
  }
}

// Runs `work`, which returns a Result, on the device; what LibTorch throws is
// its error, as the backend explains it.
template <typename Work>
auto Explained(Work work) -> decltype(work()) {
  auto done = Caught(work);
  if (done.ok() || done.error().code == ErrorCode::kInvalidArgument) {
    return done;
  }
  return ThisBackend().Explain(done.error());
}

}  // namespace prewarm::torch_engine
