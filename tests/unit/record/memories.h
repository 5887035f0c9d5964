// A record to begin with.
#pragma once

#include "tests/unit/report/statuses.h"
#include "warmup-controller/record/record.h"

namespace prewarm {

inline constexpr char kServer[] = "shop/Deployment/server";

// Of two hours, one of which nobody saw.
inline RecordMemory AMemory() {
  using std::chrono::hours;
  using std::chrono::milliseconds;
  using std::chrono::minutes;
  using std::chrono::seconds;
  RecordMemory memory;
  memory.until = kThen + hours(2);
  TargetRecord& target = memory.targets[kServer];
  target.account = {kThen, 2, 3.25};
  target.steps_since = target.warmups_since = kThen;
  target.steps = {{kThen, 0, 0, 0, true},
                  {kThen + minutes(30), 0, 0, 0, false},
                  {kThen + hours(2), 2, 2, 1, true}};
  target.warmups = {
      {kThen + minutes(1), milliseconds(700), "server-1", true, true, ""},
      {kThen + minutes(90), milliseconds(20), "server-2", false, false,
       "refused"}};
  memory.policies["shop/hours"].openings = {
      {kThen, 2, kThen + seconds(5), seconds(-5), false},
      {kThen + hours(1), 1, std::nullopt, seconds(0), true}};
  return memory;
}

}  // namespace prewarm
