#include "inference-server/engine/torch/options.h"

#include <dlfcn.h>
#include <omp.h>

#include "common/base/cgroup.h"
#include "inference-server/engine/isnet/table.h"
#include "inference-server/engine/torch/signal_stack.h"

namespace prewarm::torch_engine {
namespace {

// OpenBLAS's own threads would wait for work on the cores that OpenMP's need.
// Whether it is among the libraries shows here alone.
void LeaveThreadsToOpenMp() {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
  const auto use = reinterpret_cast<void (*)(int)>(
      dlsym(RTLD_DEFAULT, "openblas_set_num_threads"));
  if (use != nullptr) use(1);
}

}  // namespace

Status CheckOptions(const EngineOptions& options) {
  if (options.architecture == "isnet" && options.blend_threshold > 0) {
    return MakeError(ErrorCode::kInvalidArgument,
                     "blend threshold " +
                         std::to_string(options.blend_threshold) +
                         ": isnet has one size, so that there is nothing to "
                         "blend; leave it out, or take an InSPyReNet model",
                     "blend-threshold");
  }
  if (options.architecture == "isnet") return Ok{};
  return MakeError(
      ErrorCode::kUnsupported,
      "the model " + options.model + ", architecture \"" +
          options.architecture +
          "\", is unknown to this engine; give --engine auto or torch",
      "engine");
}

int UseThreads(int threads) {
  const int used = threads > 0 ? threads : UsableThreads();
  LeaveThreadsToOpenMp();  // before: an OpenBLAS of OpenMP's sets both
  omp_set_num_threads(used);
#pragma omp parallel
  UseSignalStack();
  return used;
}

EngineInfo DescribeEngine(const EngineOptions& options, Precision precision,
                          const std::string& build) {
  EngineInfo info;
  info.model = options.model;
  info.digest = options.digest;
  info.device = "cpu";
  info.precision = PrecisionName(precision);
  info.build = build;
  info.proof_bounds = BoundsOf(options.architecture, precision);
  info.input_width = isnet::kSide;
  info.input_height = isnet::kSide;
  info.proof_width = isnet::kSide;
  info.proof_height = isnet::kSide;
  return info;
}

}  // namespace prewarm::torch_engine
