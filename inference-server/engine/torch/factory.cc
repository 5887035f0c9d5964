// What engine/loader looks up in this shared object.
#include "inference-server/engine/engine.h"
#include "inference-server/engine/torch/torch_engine.h"

namespace {

class TorchEngineFactory : public prewarm::EngineFactory {
 public:
  prewarm::Result<std::unique_ptr<prewarm::Engine>> Create(
      const prewarm::EngineOptions& options) override {
    return prewarm::torch_engine::CreateTorchEngine(options);
  }
};

}  // namespace

extern "C" prewarm::EngineFactory* prewarm_engine_factory() {
  static auto* factory = new TorchEngineFactory;  // LibTorch can't be unloaded
  return factory;
}
