#include "inference-server/engine/torch/exported_factory.h"
#include "inference-server/engine/torch/fused/fused_engine.h"

prewarm::EngineFactory* prewarm_engine_factory() {
  static auto* factory = new prewarm::torch_engine::ExportedFactory(
      prewarm::fused::PlanFusedEngine, prewarm::fused::CreateFusedEngine);
  return factory;
}
