// What a policy's windows ask for at any instant. No timers, no state: the
// answer follows from the clock and the policy alone, so a restart, a second
// controller and a plan for next year see the same.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "warmup-controller/calendar/civil.h"
#include "warmup-controller/policy/policy.h"
#include "warmup-controller/schedule/window_times.h"

namespace prewarm {

// A window while it is open, half open: [opens, closes). Occurrences of one
// window that overlap or touch are one. Unset: further away than two years.
struct ActiveWindow {
  std::size_t window = 0;  // its index in the policy
  std::optional<Instant> opens;
  std::optional<Instant> closes;
};

struct ScheduleState {
  std::vector<ActiveWindow> active;  // in the policy's order
  // The policy's minimum, or more: the maximum over the active windows.
  int floor = 0;
  // The window that asks for the floor, the first one of equals; unset where
  // none asks for at least the minimum.
  std::optional<std::size_t> winner;
};

// Windows start and end on whole local minutes. `from` and `until`, and the
// two crons of a pair, are local times; the duration after a cron elapses.
// Rules for the changes of the clocks: zone.h, local_window.h,
// elapsed_window.h.
//
// Immutable, thread-safe. At and NextTransition are O(windows).
class Schedule {
 public:
  // `holidays`: the days read from the policy's calendars. They and
  // `except.days` drop every window that starts on that date in its own zone.
  explicit Schedule(const Policy& policy,
                    const std::vector<CivilDays>& holidays = {});

  ScheduleState At(Instant at) const;

  // Every opening that overlaps [from, until): window by window in the policy's
  // order, those of one window by time, apart from each other. O(openings).
  std::vector<ActiveWindow> Openings(Instant from, Instant until) const;

  // The first instant after `after` at which the set of active windows, and
  // with it perhaps the floor, changes. Unset: never again.
  std::optional<Instant> NextTransition(Instant after) const;

 private:
  struct Entry {
    std::unique_ptr<const WindowTimes> times;
    int replicas = 0;
  };

  std::vector<Entry> windows_;
  int min_replicas_;
};

}  // namespace prewarm
