#include "inference-server/engine/fallback.h"

#include "common/base/log.h"

namespace prewarm {

Result<EngineInfo> FallbackFactory::Plan(const EngineOptions& options) {
  auto info = first_->Plan(options);
  if (info.ok() || info.error().code != ErrorCode::kUnsupported ||
      !open_second_) {
    return info;
  }
  PREWARM_ASSIGN_OR_RETURN(EngineFactory * second, open_second_());
  return second->Plan(options);
}

Result<std::unique_ptr<Engine>> FallbackFactory::Create(
    const EngineOptions& options) {
  auto engine = first_->Create(options);
  if (!engine.ok() && engine.error().code == ErrorCode::kUnsupported &&
      open_second_) {
    PREWARM_ASSIGN_OR_RETURN(EngineFactory * second, open_second_());
    engine = second->Create(options);
  }
  if (!engine.ok() && engine.error().code == ErrorCode::kUnavailable &&
      options.prepared == nullptr && open_second_) {
    Log(LogLevel::kWarning, "engine_fallback",
        {{"reason", engine.error().message}});
    PREWARM_ASSIGN_OR_RETURN(EngineFactory * second, open_second_());
    engine = second->Create(options);
  }
  if (engine.ok() && options.precision != Precision::kAuto &&
      (*engine)->info().precision != PrecisionName(options.precision)) {
    Log(LogLevel::kWarning, "precision",
        {{"wanted", PrecisionName(options.precision)},
         {"used", (*engine)->info().precision},
         {"reason", "no kernels for it on this device"}});
  }
  return engine;
}

}  // namespace prewarm
