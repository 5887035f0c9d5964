// The engine on LibTorch and oneDNN. See engine.h for the contract.
#pragma once

#include <memory>

#include "inference-server/engine/engine.h"

namespace prewarm::torch_engine {

// Loads and prepares the weights; nothing throws out of it.
Result<std::unique_ptr<Engine>> CreateTorchEngine(const EngineOptions& options);

}  // namespace prewarm::torch_engine
