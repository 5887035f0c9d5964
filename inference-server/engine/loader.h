// Opens the engine's shared object. The process links no LibTorch: the engine
// is loaded by the warm-up, so that the port is open before.
#pragma once

#include <memory>
#include <string>

#include "inference-server/engine/engine.h"

namespace prewarm {

// `path`: libprewarm-engine-torch.so; "" looks beside the program's lib
// folder (../lib relative to the executable), then in PREWARM_ENGINE_PATH.
// It exports `extern "C" prewarm::EngineFactory* prewarm_engine_factory()`.
// Never unloaded (LibTorch can't be). Sets OMP defaults only if unset.
Result<EngineFactory*> LoadEngineFactory(const std::string& path);

}  // namespace prewarm
