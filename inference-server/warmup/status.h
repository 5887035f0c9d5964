// What the server knows about its own warmth, as plain data.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "inference-server/engine/engine.h"
#include "inference-server/warmup/mode.h"

namespace prewarm {

enum class WarmState { kCold, kWarming, kReady, kFailed, kDraining };

const char* WarmStateName(WarmState state);

// Whether the engine came from the volume's prepared state.
enum class CachedState {
  kMiss,     // there was none: made from the weights
  kHit,      // mapped
  kRebuilt,  // there was one, damaged or stale: made from the weights
};
const char* CachedStateName(CachedState cached);  // "miss", "hit", "rebuilt"

struct PhaseTiming {
  std::string name;
  double start_ms = 0;  // after the warm-up's start
  double duration_ms = 0;
};

// The proof: the canary picture's matte, computed through the real path, is the
// fp32 reference's within the bounds of the precision.
struct Verification {
  bool passed = false;
  double max_abs_error = 0;  // against the reference
  double mean_abs_error = 0;
  double share_off = 0;  // of the pixels, by more than 1/255
  double p999 = 0;       // 99.9th percentile of the error
  double lowest = 0;     // of the matte
  double highest = 0;
};

// One of the server's models.
struct ModelStatus {
  std::string model;
  // Unset until the manifest of a server's only model was read: the
  // architecture decides.
  std::optional<Mode> mode;
  bool proven = false;  // verified, and no inference has failed since
  Verification verified;
  CachedState cached = CachedState::kMiss;
  EngineInfo engine;  // empty before the engine is bound
};

struct WarmStatus {
  WarmState state = WarmState::kCold;
  bool running = false;  // a warm-up runs; also while draining
  bool proven = false;   // all engines may be used; also while draining
  std::string phase;     // the one that began last of those that run, or ""
  std::string reason;    // why it failed, "" otherwise
  SteadyTime since{};    // of the state
  double progress = 0;   // 0..1, never falls within one warm-up
  // Learned from the warm-ups before: how long it still takes, half of the
  // times and nine times of ten. Unknown while nothing was learned.
  std::optional<double> eta_ms;
  std::optional<double> eta_p90_ms;
  // What the last warm-up took beyond what was expected when it began.
  std::optional<double> eta_error_ms;
  std::vector<PhaseTiming> phases;  // finished ones
  double total_ms = 0;              // of the last finished warm-up
  // The server's one model, or those of base and fast.
  std::vector<ModelStatus> models;
  // As in the first of them.
  Verification verified;
  CachedState cached = CachedState::kMiss;
  EngineInfo engine;
  // Of the last inference, see Engine::Memory; all models of a process share
  // it.
  std::map<std::string, std::size_t> device_memory{};
  unsigned version = 0;  // grows with every change
};

// Which of the models answers a request of that mode; unset: the first, the
// default. Null where none does; one whose mode is unknown may be any.
const ModelStatus* FindModel(const WarmStatus& status,
                             std::optional<Mode> mode);
// "hit" if all of them came from prepared states.
CachedState CachedOf(const std::vector<ModelStatus>& models);

// kUnavailable for who can't be served since a warm-up failed or the server
// stops. Retry-After: what the failed attempt took.
Error WhyNotWarm(const WarmStatus& status);

}  // namespace prewarm
