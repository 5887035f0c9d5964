// When one window of a policy is open: a pure function of the clock.
#pragma once

#include <memory>
#include <optional>

#include "warmup-controller/calendar/civil.h"
#include "warmup-controller/policy/policy.h"
#include "warmup-controller/schedule/days_off.h"

namespace prewarm {

// Immutable, thread-safe.
class WindowTimes {
 public:
  virtual ~WindowTimes() = default;

  virtual bool IsOpen(Instant at) const = 0;
  // When it opened that is open at `at`; unset: longer ago than two years.
  // Precondition: IsOpen(at).
  virtual std::optional<Instant> OpenedBy(Instant at) const = 0;
  // The next instant after `after` at which it opens or closes; unset: none, or
  // it stays open longer than two years.
  virtual std::optional<Instant> NextChange(Instant after) const = 0;
};

// Of `window`, in its own zone or the policy's.
std::unique_ptr<WindowTimes> MakeWindowTimes(
    const Window& window, const Policy& policy,
    std::shared_ptr<const DaysOff> days_off);

}  // namespace prewarm
