#include "warmup-controller/floor/floor_plan.h"

#include <algorithm>

namespace prewarm {
namespace {

// A number that is not what we wrote is theirs.
bool IsOurs(const FloorSeen& seen) {
  return seen.ours || seen.live == seen.mark->floor;
}

// What others want.
int Baseline(const FloorSeen& seen) {
  if (!seen.mark) return seen.baseline.value_or(0);
  return IsOurs(seen) ? seen.mark->baseline : seen.live;
}

}  // namespace

FloorPlan PlanFloor(const FloorSeen& seen, int wanted,
                    const std::vector<std::string>& policies) {
  const int baseline = Baseline(seen);
  const std::vector<std::string> names = NamesInMark(policies);
  FloorPlan plan;
  plan.floor = std::max(baseline, std::min(wanted, seen.ceiling));
  plan.capped = wanted > seen.ceiling && plan.floor < wanted;
  FloorMark mark{baseline, plan.floor, wanted, false, names};
  // Of an autoscaler nothing is left where we raise nothing.
  const bool ours = plan.floor > baseline || !seen.baseline;
  if (seen.mark) {
    const bool same = seen.mark->wanted == wanted;
    const bool low = seen.live < plan.floor && plan.floor > baseline;
    const bool theirs = !IsOurs(seen);
    const bool given_in = seen.mark->floor == seen.mark->baseline;
    if (same && seen.mark->reraised && low && (theirs || given_in)) {
      // Remembered as theirs, so that the next number of theirs is seen.
      plan.conflict = true;
      plan.floor = seen.live;
      mark = {seen.live, seen.live, wanted, true, names};
      plan.new_mark = !(mark == *seen.mark);
      plan.mark = std::move(mark);
      return plan;
    }
    mark.reraised = same && ((low && theirs) || seen.mark->reraised);
  }
  if (ours) plan.mark = std::move(mark);
  plan.new_mark = seen.broken_mark || !(plan.mark == seen.mark);
  if (seen.live != plan.floor) plan.write = plan.floor;
  return plan;
}

FloorPlan PlanRelease(const FloorSeen& seen) {
  FloorPlan plan;
  plan.floor = Baseline(seen);
  plan.new_mark = seen.broken_mark || seen.mark.has_value();
  // Without an autoscaler nobody else has a number: it stays as it is.
  if (!seen.baseline) {
    plan.floor = seen.live;
  } else if (seen.live != plan.floor) {
    plan.write = plan.floor;
  }
  return plan;
}

}  // namespace prewarm
