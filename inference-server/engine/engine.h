// The engine seam: everything above it knows pictures and mattes, nothing
// above it knows tensors. Implementations: engine/torch (a shared object,
// opened by engine/loader), engine/fake (tests).
#pragma once

#include <memory>
#include <string>

#include "common/base/result.h"
#include "inference-server/imaging/image.h"

namespace prewarm {

enum class Precision { kAuto, kFp32, kBf16 };

// What a model wants as input and how it was prepared; known after Load.
struct EngineInfo {
  std::string model;      // "isnet"
  std::string digest;     // sha256 of the weights, hex
  std::string device;     // "cpu"
  std::string precision;  // "fp32" | "bf16", the one that was chosen
  std::string build;      // engine library and version, e.g. "libtorch 1.13.1"
  int input_width = 0;    // pixels; the caller resizes to exactly this
  int input_height = 0;
};

struct EngineOptions {
  std::string weights_path;  // weights.safetensors of the model store
  std::string model;         // name in the manifest
  std::string architecture;  // "isnet"
  std::string digest;        // sha256 of the weights, from the manifest
  Precision precision = Precision::kAuto;
  int threads = 0;  // 0: as many as the process may use cores
};

// An instance is used by one thread at a time: the inference thread that
// created it (OpenMP pools multiply per calling thread). Nothing throws.
class Engine {
 public:
  virtual ~Engine() = default;

  virtual const EngineInfo& info() const = 0;

  // `rgb`: 3 channels, exactly input_width x input_height. Returns the alpha
  // matte at the same size, finite values in [0, 1]. kInternal when the
  // backend failed or gave a value that is not finite.
  virtual Result<Plane> Infer(const Bitmap& rgb) = 0;

  // Upper bound in bytes of what one Infer allocates beyond the weights.
  virtual std::size_t WorkingSetBytes() const = 0;
};

// Loads weights and prepares them. Blocks; call it on the inference thread.
class EngineFactory {
 public:
  virtual ~EngineFactory() = default;
  virtual Result<std::unique_ptr<Engine>> Create(
      const EngineOptions& options) = 0;
};

}  // namespace prewarm
