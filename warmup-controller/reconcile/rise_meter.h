// Measures makespans: from a floor being raised to so many instances being
// warm. Pure.
#pragma once

#include <vector>

#include "common/base/clock.h"
#include "warmup-controller/decide/makespan.h"

namespace prewarm {

class RiseMeter {
 public:
  // A floor was told to a target where `missing` instances do not exist yet;
  // without any there is nothing to measure.
  void Raised(int floor, int missing, int parallelism, SteadyTime now);
  // Those that have ended because so many are warm.
  std::vector<Makespan> Reached(int warm, SteadyTime now);
  // Those that can't be reached any more, because no more than `floor` are
  // wanted: censored.
  std::vector<Makespan> GivenUp(int floor, SteadyTime now);

 private:
  struct Rise {
    int floor;
    int missing;
    int parallelism;
    SteadyTime began;
  };
  template <typename Ended>
  std::vector<Makespan> Take(Ended ended, bool censored, SteadyTime now);

  std::vector<Rise> rises_;  // floors ascend
};

}  // namespace prewarm
