// What the server knows about its own warmth, as plain data.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "inference-server/engine/engine.h"

namespace prewarm {

enum class WarmState { kCold, kWarming, kReady, kFailed, kDraining };

const char* WarmStateName(WarmState state);

struct PhaseTiming {
  std::string name;
  double start_ms = 0;  // after the warm-up's start
  double duration_ms = 0;
};

// The proof: two runs of the canary picture through the real path agreed.
struct Verification {
  bool passed = false;
  double max_abs_error = 0;  // between the two runs
  double lowest = 0;         // of the matte
  double highest = 0;
};

struct WarmStatus {
  WarmState state = WarmState::kCold;
  bool running = false;  // a warm-up runs; also while draining
  bool proven = false;   // the engine may be used; also while draining
  std::string phase;     // the one that runs, "" if none
  std::string reason;    // why it failed, "" otherwise
  SteadyTime since{};    // of the state
  double progress = 0;   // 0..1, never falls within one warm-up
  // Measured: what the last warm-up of this process took, less what has
  // passed. Unknown before there was one.
  std::optional<double> eta_ms;
  std::vector<PhaseTiming> phases;  // finished ones
  double total_ms = 0;              // of the last finished warm-up
  Verification verified;
  EngineInfo engine;     // empty before the engine is bound
  unsigned version = 0;  // grows with every change
};

// kUnavailable for who can't be served since a warm-up failed or the server
// stops. Retry-After: what the failed attempt took.
Error WhyNotWarm(const WarmStatus& status);

}  // namespace prewarm
