// What a single engine can't do: the way out to another one, and the log (the
// shared objects carry a copy of it that knows no settings).
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "inference-server/engine/engine.h"

namespace prewarm {

class FallbackFactory : public EngineFactory {
 public:
  using OpenSecond = std::function<Result<EngineFactory*>()>;

  // `open_second` is called when the first factory answers kUnavailable: it
  // has no kernels for this machine. Empty, or for a prepared state, which is
  // of the first: its error is the answer. Also when it answers kUnsupported:
  // it does not know the network.
  FallbackFactory(EngineFactory* first, OpenSecond open_second)
      : first_(first), open_second_(std::move(open_second)) {}

  Result<EngineInfo> Plan(const EngineOptions& options) override;
  Result<std::unique_ptr<Engine>> Create(const EngineOptions& options) override;

 private:
  EngineFactory* const first_;
  const OpenSecond open_second_;
};

}  // namespace prewarm
