// The engine on LibTorch: eager operators in channels-last layout. The plain
// definition of the network, which runs wherever LibTorch does.
#pragma once

#include <memory>

#include "inference-server/engine/engine.h"

namespace prewarm::torch_engine {

// Loads and prepares the weights; may throw c10::Error.
Result<std::unique_ptr<Engine>> CreateEagerEngine(const EngineOptions& options);

}  // namespace prewarm::torch_engine
