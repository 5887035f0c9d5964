// Who says how many instances there are at least, in a simulation.
#pragma once

#include <limits>

#include "warmup-controller/plots/moment.h"

namespace prewarm {

inline constexpr Moment kNever = std::numeric_limits<Moment>::max();

// What a scaler sees of the fleet.
struct FleetView {
  Moment now = 0;
  int warm = 0;  // can serve
  int starting = 0;
  int busy = 0;                 // of the warm ones
  double instance_seconds = 0;  // so far, starts included
};

// Not thread-safe. All times are those of the simulation and never go back.
class Scaler {
 public:
  virtual ~Scaler() = default;

  // The floor from now on.
  virtual int Floor(const FleetView& fleet) = 0;
  // When Floor has to be asked again at the latest, without a request.
  virtual Moment NextLook() const = 0;
  // A visitor's request arrives; true: the floor may have changed.
  virtual bool OnArrival(Moment) { return false; }
  // All requests are done; true: the floor may have changed.
  virtual bool OnAllIdle(Moment) { return false; }
  // An instance above the floor is let go of when it was idle for so long.
  virtual Moment IdleTimeout() const = 0;
};

}  // namespace prewarm
