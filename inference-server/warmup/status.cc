#include "inference-server/warmup/status.h"

#include <algorithm>
#include <cmath>

namespace prewarm {

const char* WarmStateName(WarmState state) {
  switch (state) {
    case WarmState::kCold:
      return "cold";
    case WarmState::kWarming:
      return "warming";
    case WarmState::kReady:
      return "ready";
    case WarmState::kFailed:
      return "failed";
    case WarmState::kDraining:
      return "draining";
  }
  return "cold";
}

const char* CachedStateName(CachedState cached) {
  switch (cached) {
    case CachedState::kMiss:
      return "miss";
    case CachedState::kHit:
      return "hit";
    case CachedState::kRebuilt:
      return "rebuilt";
  }
  return "miss";
}

const ModelStatus* FindModel(const WarmStatus& status,
                             std::optional<Mode> mode) {
  for (const ModelStatus& model : status.models) {
    if (!mode || !model.mode || *model.mode == *mode) return &model;
  }
  return nullptr;
}

CachedState CachedOf(const std::vector<ModelStatus>& models) {
  for (const ModelStatus& model : models) {
    if (model.cached != CachedState::kHit) return model.cached;
  }
  return CachedState::kHit;
}

Error WhyNotWarm(const WarmStatus& status) {
  Error error = MakeError(ErrorCode::kUnavailable,
                          status.reason.empty()
                              ? "the server is shutting down; retry elsewhere"
                              : "the warm-up failed: " + status.reason);
  double took = 0;
  for (const PhaseTiming& phase : status.phases) took += phase.duration_ms;
  error.retry_after_seconds =
      std::max(1, static_cast<int>(std::ceil(took / 1000)));
  return error;
}

}  // namespace prewarm
