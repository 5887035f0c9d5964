#include "inference-server/engine/torch/eager_engine.h"
#include "inference-server/engine/torch/exported_factory.h"

prewarm::EngineFactory* prewarm_engine_factory() {
  static auto* factory = new prewarm::torch_engine::ExportedFactory(
      prewarm::torch_engine::PlanEagerEngine,
      prewarm::torch_engine::CreateEagerEngine);
  return factory;
}
