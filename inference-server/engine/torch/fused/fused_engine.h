// The engine on oneDNN alone, the fast one. See engine.h for the contract.
#pragma once

#include <memory>

#include "inference-server/engine/engine.h"

namespace prewarm::fused {

// See EngineFactory::Plan.
Result<EngineInfo> PlanFusedEngine(const EngineOptions& options);

// Loads and prepares the weights; nothing throws out of it. Where bf16 can't
// be built it falls back to fp32; kUnavailable where that can't either (the
// eager engine may do).
Result<std::unique_ptr<Engine>> CreateFusedEngine(const EngineOptions& options);

}  // namespace prewarm::fused
