// Opens the engine's shared object. The process links neither oneDNN nor
// LibTorch: the engine is loaded by the warm-up, so that the port is open
// before.
#pragma once

#include <string>
#include <vector>

#include "inference-server/engine/engine.h"

namespace prewarm {

// `choice`:
//   "" or "auto"  the first of `devices` whose engine is there. "cuda":
//                 libprewarm-engine-cuda.so; "cpu": the fused engine; where it
//                 can't be built, LibTorch's
//   "fused"       libprewarm-engine-fused.so (oneDNN alone)
//   "torch"       libprewarm-engine-torch.so (LibTorch, eager)
//   with a "/"    that file
// Named engines lie in ../lib or ../lib/prewarm beside the program. A shared
// object exports `extern "C" prewarm::EngineFactory*
// prewarm_engine_factory()`. Nothing is ever unloaded (LibTorch can't be), and
// LibTorch is opened only when it is needed. Sets OMP_WAIT_POLICY if unset:
// call it before anything else starts OpenMP, and from one thread.
//
// kInvalidArgument for an unknown name, kUnavailable where the file is missing,
// can't be loaded or is no engine. The factory lives as long as the process,
// the same one for the same choice; it logs when another engine or precision
// was used than the one asked for.
Result<EngineFactory*> LoadEngineFactory(
    const std::string& choice,
    const std::vector<std::string>& devices = {"cpu"});

}  // namespace prewarm
