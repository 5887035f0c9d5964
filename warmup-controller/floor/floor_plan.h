// What has to be written so that a number that others write as well is no lower
// than our floor, and theirs again afterwards. Pure.
//
// Who else writes (a person, helm, GitOps) sets the baseline; what is in effect
// is the higher one of both. Somebody who lowers what we have raised is
// overruled once, and then left alone until something else is wanted.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "warmup-controller/floor/floor_mark.h"

namespace prewarm {

struct FloorSeen {
  int live = 0;  // the number as it is
  int ceiling = std::numeric_limits<int>::max();
  std::optional<FloorMark> mark;
  // There is one that somebody has broken: it goes.
  bool broken_mark = false;
  // It was us who wrote the number last, for certain; else the mark says so.
  bool ours = false;
  // What others want where no mark says so: an autoscaler's minimum is theirs,
  // the replicas of a workload that only we scale are not.
  std::optional<int> baseline;
};

struct FloorPlan {
  int floor = 0;             // what is in effect, or will be
  std::optional<int> write;  // the number
  std::optional<FloorMark> mark;
  bool new_mark = false;  // it is not the one that is there
  bool capped = false;    // the ceiling is lower than what is wanted
  // Somebody keeps it lower than what is wanted.
  bool conflict = false;

  bool changes() const { return write.has_value() || new_mark; }
};

// `wanted`: by `policies`, 0 or more.
FloorPlan PlanFloor(const FloorSeen& seen, int wanted,
                    const std::vector<std::string>& policies);
// No policy wants anything any more: theirs again, and no mark is left.
FloorPlan PlanRelease(const FloorSeen& seen);

}  // namespace prewarm
