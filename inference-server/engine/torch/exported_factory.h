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
  using PlanFunction = Result<EngineInfo> (*)(const EngineOptions&);
  using MakeFunction =
      Result<std::unique_ptr<Engine>> (*)(const EngineOptions&);
  ExportedFactory(PlanFunction plan, MakeFunction make)
      : plan_(plan), make_(make) {}

  Result<EngineInfo> Plan(const EngineOptions& options) override {
    return Caught([&] { return plan_(options); });
  }

  Result<std::unique_ptr<Engine>> Create(
      const EngineOptions& options) override {
    return Caught([&] { return make_(options); });
  }

 private:
  template <typename Work>
  static auto Caught(Work work) -> decltype(work()) {
    try {
      return work();
    } catch (const std::exception& e) {
      // LibTorch adds advice and a stack below the first line.
      const std::string reason = e.what();
      return MakeError(
          ErrorCode::kInternal,
          "the engine failed to load: " + reason.substr(0, reason.find('\n')));
    } catch (...) {
      return MakeError(ErrorCode::kInternal, "the engine failed to load");
    }
  }

  const PlanFunction plan_;
  const MakeFunction make_;
};

}  // namespace prewarm::torch_engine

extern "C" __attribute__((visibility("default"))) prewarm::EngineFactory*
prewarm_engine_factory();
