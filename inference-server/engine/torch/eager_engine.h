// The engine on LibTorch: eager operators in channels-last layout. The plain
// definition of the network, which runs wherever LibTorch does.
#pragma once

#include <memory>

#include "inference-server/engine/engine.h"

namespace prewarm::torch_engine {

// See EngineFactory::Plan. The eager engine keeps no prepared state: LibTorch
// reorders its weights in every pass.
Result<EngineInfo> PlanEagerEngine(const EngineOptions& options);

// Loads and prepares the weights; may throw c10::Error.
Result<std::unique_ptr<Engine>> CreateEagerEngine(const EngineOptions& options);

}  // namespace prewarm::torch_engine
