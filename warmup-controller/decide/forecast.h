// What a policy's windows ask for over some time, its leads included.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <vector>

#include "warmup-controller/decide/floor_now.h"
#include "warmup-controller/decide/pre_warming.h"
#include "warmup-controller/policy/policy.h"
#include "warmup-controller/schedule/schedule.h"

namespace prewarm {

// Worth keeping where one looks often: a look is a search in what is computed
// here. Immutable, thread-safe.
class Forecast {
 public:
  // Of [from, until). `lead`: LeadTimes(). Policy and schedule are not kept.
  Forecast(const Policy& policy, const Schedule& schedule,
           const std::function<std::chrono::seconds(int)>& lead, Instant from,
           Instant until);

  bool Covers(Instant at) const { return from_ <= at && at < until_; }
  Instant until() const { return until_; }

  // `now` is covered. A warm start that was `written` goes on although the lead
  // has become shorter meanwhile.
  FloorNow At(Instant now, const std::optional<FloorWritten>& written) const;
  // The next one that begins after `now`.
  std::optional<Instant> NextWarmStart(Instant now) const;

 private:
  Instant from_;
  Instant until_;
  std::vector<Demand> demands_;
  std::vector<FloorSpan> spans_;
};

// Without news one looks at least so often.
inline constexpr std::chrono::hours kAhead{1};

}  // namespace prewarm
