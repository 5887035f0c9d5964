// A discrete-event simulation of instances that serve requests.
#pragma once

#include <cstdint>
#include <functional>
#include <random>
#include <vector>

#include "warmup-controller/simulate/duration_model.h"
#include "warmup-controller/simulate/scaler.h"

namespace prewarm {

struct FleetOptions {
  int concurrency = 1;     // requests that one instance works on
  int max_instances = 10;  // 1 to 1000
  DurationModel service = DurationModel::Constant(1);
  // From the decision to start an instance until it can serve.
  DurationModel cold_start = DurationModel::Constant(60);
  Moment stopping = 0;  // costs money after it was let go of
  std::uint64_t seed = 1;
  // Told of every request as it is served: instance, from, until.
  std::function<void(int, Moment, Moment)> on_served;
};

struct FleetResult {
  std::int64_t requests = 0;
  // Served by an instance that could not serve yet when they arrived.
  std::int64_t cold_requests = 0;
  std::vector<float> waits;  // seconds, of those that waited
  struct ColdWait {
    Moment at;
    float seconds;
  };
  std::vector<ColdWait> cold_waits;
  // Instances that exist, from each moment on.
  struct Count {
    Moment at;
    int instances;
    int warm = 0;  // of them; the others start
  };
  std::vector<Count> counts;
  double instance_seconds = 0;  // between begin and end
  double busy_seconds = 0;      // requests times their service
  std::int64_t starts = 0;
};

// Requests arrive by themselves; each goes to the warm instance of the lowest
// number with a free slot, or waits in one queue, first come first served. For
// what waits and can't be served by those that are starting an instance is
// started, up to the maximum; floors start them as well. Idle instances above
// the floor go after the scaler's timeout. The same seed draws the same service
// times for the same arrivals, whatever the scaler does.
//
// What the scaler asks for at `begin` is warm by then: recorded traffic begins
// in the middle of things, not with the first day of a service.
//
// `arrivals` are sorted, within [begin, end). O(arrivals * log(in flight)).
FleetResult Simulate(const FleetOptions& options,
                     const std::vector<Moment>& arrivals, Moment begin,
                     Moment end, Scaler* scaler);

}  // namespace prewarm
