#include "warmup-controller/reconcile/rise_meter.h"

namespace prewarm {

void RiseMeter::Raised(int floor, int missing, int parallelism,
                       SteadyTime now) {
  if (missing <= 0) return;
  if (!rises_.empty() && rises_.back().floor >= floor) return;
  rises_.push_back({floor, missing, parallelism, now});
}

template <typename Ended>
std::vector<Makespan> RiseMeter::Take(Ended ended, bool censored,
                                      SteadyTime now) {
  std::vector<Makespan> taken;
  std::vector<Rise> left;
  for (const Rise& rise : rises_) {
    if (!ended(rise)) {
      left.push_back(rise);
      continue;
    }
    Makespan makespan;
    makespan.instances = rise.missing;
    makespan.parallelism = rise.parallelism;
    makespan.took =
        std::chrono::duration_cast<std::chrono::milliseconds>(now - rise.began);
    makespan.censored = censored;
    taken.push_back(makespan);
  }
  rises_ = std::move(left);
  return taken;
}

std::vector<Makespan> RiseMeter::Reached(int warm, SteadyTime now) {
  return Take([warm](const Rise& rise) { return rise.floor <= warm; }, false,
              now);
}

std::vector<Makespan> RiseMeter::GivenUp(int floor, SteadyTime now) {
  return Take([floor](const Rise& rise) { return rise.floor > floor; }, true,
              now);
}

}  // namespace prewarm
