// Visitors whose pages are open before they upload, or don't.
#pragma once

#include <cstdint>
#include <vector>

#include "warmup-controller/decide/intent_demand.h"
#include "warmup-controller/simulate/duration_model.h"

namespace prewarm {

struct VisitModel {
  // From the opening of the page to the upload, whose answer is waited for;
  // who does not upload leaves after such a time as well.
  DurationModel think = DurationModel::Lognormal(40, 0.6);
  double conversion = 0.3;  // above 0, at most 1
  // Without heartbeats a visitor counts for so long; with them (0) as long as
  // the page is open.
  Moment time_to_live = 0;
  // Nor longer than this, whatever heartbeats say (spec.intent.ttl); 0: no
  // limit.
  Moment at_most = 0;
  std::uint64_t seed = 1;
};

// What visitors ask for from then on, until the next step.
struct IntentStep {
  Moment at;
  int instances;
};

// Of the visitors behind these uploads, and of those who leave without one,
// whose pages open within kAround of somebody's upload: they keep its hours.
// By time; only what changes.
std::vector<IntentStep> IntentsOf(const std::vector<Moment>& uploads,
                                  const VisitModel& model,
                                  const IntentStats& stats);

inline constexpr Moment kAround = 150 * kSecond;
// A page stays open so long after the upload.
inline constexpr Moment kAnswer = 5 * kSecond;
// One who leaves counts so much longer, in case she only loads the page anew;
// see intent/.
inline constexpr Moment kReload = 3 * kSecond;

}  // namespace prewarm
