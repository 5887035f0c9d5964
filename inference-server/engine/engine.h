// The engine seam: everything above it knows pictures and mattes, nothing
// above it knows tensors. Implementations: engine/torch (a shared object,
// opened by engine/loader), engine/fake (tests).
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/store/mapped_file.h"
#include "common/store/safetensors.h"
#include "inference-server/engine/precision.h"
#include "inference-server/engine/proof_bounds.h"
#include "inference-server/imaging/image.h"
#include "inference-server/tensor_file/npy.h"

namespace prewarm {

// What a model wants as input and how it is prepared.
struct EngineInfo {
  std::string model;      // "isnet"
  std::string digest;     // sha256 of the weights, hex
  std::string device;     // "cpu" | "cuda"
  std::string precision;  // PrecisionName of the one that was chosen
  std::string build;      // engine library and version, e.g. "libtorch 1.13.1"
  // Instruction set and blocking that prepared tensors depend on; "" where the
  // engine keeps none.
  std::string layout;
  int input_width = 0;  // pixels; what resize=static makes of a picture
  int input_height = 0;
  // Other sizes that Infer takes: sides that are multiples of this. 0: none.
  int size_step = 0;
  // Of the picture that proves the engine; smaller where one of full size takes
  // many seconds.
  int proof_width = 0;
  int proof_height = 0;
  // The first inference of a size costs more than its memory: kernels are
  // chosen, a graph is recorded. The served size is then part of a warm-up.
  bool prepares_sizes = false;
  ProofBounds proof_bounds;  // of its precision
  // What one Infer allocates at most beyond the weights: see input_size.h.
  std::size_t fixed_bytes = 0;
  std::size_t bytes_per_pixel = 0;
  int padded_side = 0;  // a shorter one takes the memory of one this long
  // That of the options. Mattes depend on it, prepared tensors do not.
  int blend_threshold = 0;
  // How the network's authors stretch its matte to the picture (resample.h).
  bool align_corners = false;
};

// Tensors by name, ready for one engine build, precision and layout. The
// bytes belong to someone else.
using PreparedTensors = std::map<std::string, TensorView>;

struct EngineOptions {
  // weights.safetensors of the model store. Held by the caller as long as the
  // engine lives; may be read any time.
  std::shared_ptr<const MappedFile> weights;
  // What PreparedState() of an engine with the same info once gave, or null.
  // Used in place, read-only: the caller keeps it as long as the engine lives.
  const PreparedTensors* prepared = nullptr;
  std::string model;         // name in the manifest
  std::string architecture;  // "isnet", "inspyrenet-base"
  std::string digest;        // sha256 of the weights, from the manifest
  Precision precision = Precision::kAuto;
  int threads = 0;  // 0: as many as the process may use cores
  // InSPyReNet. A picture of another size than its own base size, both of whose
  // sides have more pixels than this, is computed at both sizes and blended:
  // the subject of the small one, the details of the large one. 0: none is. Not
  // below the size of the proof, which must stay as it is.
  int blend_threshold = 0;
  // For parity checks. Picture size that the network is laid out for; 0: the
  // architecture's own.
  int base_width = 0;
  int base_height = 0;
  // Each step as the original takes it, none folded or tiled.
  bool original_steps = false;
};

// By name; kMatteTensor is the matte.
using Tensors = std::map<std::string, Array>;
inline constexpr char kMatteTensor[] = "pred";

// A device that this process can't use (any more) is kDeviceLost, from any
// call; the error's field names the device.
//
// An instance is used by one thread at a time: the inference thread that
// created it (OpenMP pools multiply per calling thread). Nothing throws.
class Engine {
 public:
  virtual ~Engine() = default;

  virtual const EngineInfo& info() const = 0;

  // `rgb`: 3 channels, of one of the sizes in info(). Returns the alpha matte
  // at the same size, finite values in [0, 1]; none over 0.5 where the network
  // saw nothing. kInternal when the backend failed or gave a value that is not
  // finite, kResourceExhausted when it ran out of memory: it can go on.
  virtual Result<Plane> Infer(const Bitmap& rgb) = 0;

  // For parity checks: what the network makes of `input`, float32 [B,3,H,W] as
  // it wants it (Infer does that part itself). Gives the matte [B,1,H,W] and
  // what is called `stages` within. kInvalidArgument names the shape or stage
  // that can't be, kUnsupported is an engine that keeps its tensors to itself.
  virtual Result<Tensors> Trace(const Array& input,
                                const std::vector<std::string>& stages) {
    static_cast<void>(input), static_cast<void>(stages);
    return MakeError(ErrorCode::kUnsupported,
                     "this engine shows no tensors; give --engine torch",
                     "engine");
  }

  // What to keep so that the next Create needs no weights; valid as long as
  // the engine. Empty where there is nothing to keep, or where it came from
  // `prepared` itself.
  virtual PreparedTensors PreparedState() const { return {}; }

  // The device's own memory by pool, bytes: "cuda_allocated" and so on; empty
  // on the CPU. Any thread may call it.
  virtual std::map<std::string, std::size_t> Memory() const { return {}; }
};

// Loads weights and prepares them. Blocks; call it on the inference thread.
class EngineFactory {
 public:
  virtual ~EngineFactory() = default;

  // The info of the engine that Create would give, without its weights: what
  // to look for in the store before. Takes milliseconds.
  virtual Result<EngineInfo> Plan(const EngineOptions& options) = 0;

  // With `prepared`, kCorrupt when those tensors don't fit this build: create
  // again without.
  virtual Result<std::unique_ptr<Engine>> Create(
      const EngineOptions& options) = 0;
};

}  // namespace prewarm
