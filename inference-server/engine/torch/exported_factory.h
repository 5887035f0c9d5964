// What a shared object of this folder shows engine/loader: one symbol, behind
// which nothing throws. Everything else in it is hidden, so that it never meets
// its namesake in the server.
#pragma once

#include <exception>
#include <memory>
#include <string>

#include "inference-server/engine/engine.h"

namespace prewarm::torch_engine {

class ExportedFactory : public EngineFactory {
 public:
  using Make = Result<std::unique_ptr<Engine>> (*)(const EngineOptions&);
  explicit ExportedFactory(Make make) : make_(make) {}

  Result<std::unique_ptr<Engine>> Create(
      const EngineOptions& options) override {
    try {
      return make_(options);
    } catch (const std::exception& e) {
      return MakeError(ErrorCode::kInternal,
                       std::string("the engine failed to load: ") + e.what());
    } catch (...) {
      return MakeError(ErrorCode::kInternal, "the engine failed to load");
    }
  }

 private:
  Make make_;
};

}  // namespace prewarm::torch_engine

extern "C" __attribute__((visibility("default"))) prewarm::EngineFactory*
prewarm_engine_factory();
