#include "inference-server/engine/inspyrenet/table.h"
#include "inference-server/engine/torch/backend.h"
#include "inference-server/engine/torch/eager_engine.h"
#include "inference-server/engine/torch/exported_factory.h"
#include "inference-server/engine/torch/inspyrenet_engine.h"

namespace {

using prewarm::EngineOptions;
namespace engine = prewarm::torch_engine;

bool IsInspyrenet(const EngineOptions& options) {
  return prewarm::inspyrenet::BaseSide(options.architecture).has_value();
}

prewarm::Result<prewarm::EngineInfo> Plan(const EngineOptions& options) {
  return IsInspyrenet(options) ? engine::PlanInspyrenetEngine(options)
                               : engine::PlanEagerEngine(options);
}

prewarm::Result<std::unique_ptr<prewarm::Engine>> Create(
    const EngineOptions& options) {
  // So that memory that is short or a device that is lost is told as such.
  return engine::Explained([&] {
    return IsInspyrenet(options) ? engine::CreateInspyrenetEngine(options)
                                 : engine::CreateEagerEngine(options);
  });
}

}  // namespace

prewarm::EngineFactory* prewarm_engine_factory() {
  static auto* factory =
      new prewarm::torch_engine::ExportedFactory(Plan, Create);
  return factory;
}
