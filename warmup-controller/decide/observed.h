// What is known of a policy's target at one moment; whoever looks at it fills
// this in, decide/ only reads it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "warmup-controller/calendar/civil.h"

namespace prewarm {

// One start of one instance: a container that restarts is another one.
struct Instance {
  enum class Phase {
    kStarting,  // it does not answer yet
    kCold,      // it answers, and was not proven
    kWarming,   // a warm-up of ours is on its way
    kWarm,      // a warm-up was verified
    kStopping,
  };
  std::string id;
  Phase phase = Phase::kStarting;
  Instant since;     // in this phase
  int failures = 0;  // warm-ups in a row that proved nothing
  // Proofs in a row that did not last: it said soon after that it is not ready,
  // or another process answered.
  int lapses = 0;
  std::optional<Instant> failed_at;  // the last failure or lapse
  Instant proven_at;                 // of kWarm
  bool proving = false;              // of kWarm: another warm-up is on its way
  int in_flight = 0;                 // requests that it works on
};

// Why a floor is what it is, from the policy or from what is observed.
enum class Cause {
  kMinimum,  // replicas.min, or nothing at all
  kWindow,   // a window is open
  kOverride,
  kBridge,     // a window has closed, and another one opens soon
  kWarmStart,  // a window opens soon
  kKeepAlive,  // a window has closed just now
  kIntent,     // visitors are about to upload
  kInFlight,   // requests are being worked on
  kBudget,     // the day's instance-hours are spent
  kSuspended,  // whatever it was, it stays
};
const char* CauseName(Cause cause);  // "warm_start"

// A floor that was decided, and written.
struct FloorWritten {
  int floor = 0;
  Cause cause = Cause::kMinimum;
  Instant since;               // of this cause without a break
  std::optional<Instant> due;  // of kWarmStart
};

struct Observed {
  std::vector<Instance> instances;
  std::optional<FloorWritten> written;  // unset: nothing yet
  // Instances that visitors' intents ask for, and when that changes by itself.
  int intents = 0;
  std::optional<Instant> intents_until;
  // Of this local day, for any reason and for intents.
  double instance_hours = 0;
  double intent_hours = 0;
  // Instances that were replaced in a row without one getting warm.
  int replacements = 0;
  std::optional<Instant> replaced_at;
};

}  // namespace prewarm
