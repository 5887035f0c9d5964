#include "warmup-controller/schedule/schedule.h"

#include <utility>

namespace prewarm {

Schedule::Schedule(const Policy& policy, const std::vector<CivilDays>& holidays)
    : min_replicas_(policy.min_replicas) {
  std::vector<CivilDays> days = holidays;
  days.insert(days.end(), policy.except.days.begin(), policy.except.days.end());
  const auto days_off = std::make_shared<const DaysOff>(std::move(days));
  windows_.reserve(policy.windows.size());
  for (const Window& window : policy.windows) {
    windows_.push_back(
        {MakeWindowTimes(window, policy, days_off), window.replicas});
  }
}

ScheduleState Schedule::At(Instant at) const {
  ScheduleState state;
  state.floor = min_replicas_;
  for (std::size_t i = 0; i < windows_.size(); ++i) {
    const Entry& window = windows_[i];
    if (!window.times->IsOpen(at)) continue;
    state.active.push_back(
        {i, window.times->OpenedBy(at), window.times->NextChange(at)});
    if (window.replicas > state.floor ||
        (window.replicas == state.floor && !state.winner)) {
      state.floor = window.replicas;
      state.winner = i;
    }
  }
  return state;
}

std::vector<ActiveWindow> Schedule::Openings(Instant from,
                                             Instant until) const {
  std::vector<ActiveWindow> openings;
  for (std::size_t i = 0; i < windows_.size(); ++i) {
    const WindowTimes& times = *windows_[i].times;
    std::optional<Instant> closes = from;
    if (times.IsOpen(from)) {
      closes = times.NextChange(from);
      openings.push_back({i, times.OpenedBy(from), closes});
    }
    while (closes) {
      const std::optional<Instant> opens = times.NextChange(*closes);
      if (!opens || *opens >= until) break;
      closes = times.NextChange(*opens);
      openings.push_back({i, opens, closes});
    }
  }
  return openings;
}

std::optional<Instant> Schedule::NextTransition(Instant after) const {
  std::optional<Instant> next;
  for (const Entry& window : windows_) {
    const std::optional<Instant> change = window.times->NextChange(after);
    if (change && (!next || *change < *next)) next = change;
  }
  return next;
}

}  // namespace prewarm
