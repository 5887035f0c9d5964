// An engine of a machine whose GPU is not to be had.
#include "inference-server/engine/engine.h"

namespace prewarm {
namespace {

class LostDevice : public EngineFactory {
 public:
  Result<EngineInfo> Plan(const EngineOptions&) override { return Lost(); }
  Result<std::unique_ptr<Engine>> Create(const EngineOptions&) override {
    return Lost();
  }

 private:
  static Error Lost() {
    return MakeError(ErrorCode::kDeviceLost, "no GPU answers here", "cuda");
  }
};

}  // namespace
}  // namespace prewarm

extern "C" prewarm::EngineFactory* prewarm_engine_factory() {
  static auto* factory = new prewarm::LostDevice;
  return factory;
}
