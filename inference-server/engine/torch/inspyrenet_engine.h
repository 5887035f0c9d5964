// InSPyReNet on LibTorch.
#pragma once

#include <memory>

#include "inference-server/engine/engine.h"

namespace prewarm::torch_engine {

// See EngineFactory. Precondition: the options' architecture is one of
// inspyrenet/table.h. May throw c10::Error.
Result<EngineInfo> PlanInspyrenetEngine(const EngineOptions& options);
Result<std::unique_ptr<Engine>> CreateInspyrenetEngine(
    const EngineOptions& options);

}  // namespace prewarm::torch_engine
