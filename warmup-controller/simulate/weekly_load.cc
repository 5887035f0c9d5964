#include "warmup-controller/simulate/weekly_load.h"

#include <algorithm>
#include <cstdlib>

namespace prewarm {
namespace {

constexpr Moment kSlot = Moment{kSlotMinutes} * 60 * kSecond;

struct SlotOfWeek {
  std::size_t weekday;
  std::size_t slot;
};

SlotOfWeek SlotAt(const Zone& zone, Moment at) {
  const CivilMinute local = zone.MinuteAt(InstantOf(at));
  const int minute = local.hour() * 60 + local.minute();
  return {static_cast<std::size_t>(WeekdayOf(CivilDay(local))),
          static_cast<std::size_t>(minute / kSlotMinutes)};
}

// Neighbours count as well, the less the further away: what one hour had in a
// few weeks by chance is no pattern.
constexpr int kReach = 3;

// `wraps`: the day before and after is of the group.
DayLoad Smoothed(const DayLoad& load, bool wraps) {
  DayLoad smooth{};
  for (int slot = 0; slot < kSlotsPerDay; ++slot) {
    double sum = 0;
    double weights = 0;
    for (int away = -kReach; away <= kReach; ++away) {
      int other = slot + away;
      if (wraps) other = (other + kSlotsPerDay) % kSlotsPerDay;
      if (other < 0 || other >= kSlotsPerDay) continue;
      const double weight = kReach + 1 - std::abs(away);
      sum += weight * load[static_cast<std::size_t>(other)];
      weights += weight;
    }
    smooth[static_cast<std::size_t>(slot)] = sum / weights;
  }
  return smooth;
}

}  // namespace

std::vector<std::vector<DayGroup>> DayGroupings() {
  std::vector<DayGroup> each;
  const char* names[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
  for (std::size_t day = 0; day < 7; ++day) {
    each.push_back({names[day], std::bitset<7>().set(day)});
  }
  return {{{"day", std::bitset<7>("1111111")}},
          {{"work", std::bitset<7>("0111110")},
           {"weekend", std::bitset<7>("1000001")}},
          each};
}

DayLoad LoadOf(const DayGroup& group, const Zone& zone,
               const std::vector<Moment>& arrivals, Moment begin, Moment end) {
  DayLoad load{};
  DayLoad seen{};  // slots of the trace
  for (Moment at = begin; at < end; at += kSlot) {
    const SlotOfWeek slot = SlotAt(zone, at);
    if (group.days[slot.weekday]) {
      seen[slot.slot] += static_cast<double>(std::min(kSlot, end - at)) / kSlot;
    }
  }
  for (const Moment arrival : arrivals) {
    const SlotOfWeek slot = SlotAt(zone, arrival);
    if (group.days[slot.weekday]) load[slot.slot] += 1;
  }
  for (std::size_t i = 0; i < load.size(); ++i) {
    load[i] = seen[i] > 0 ? load[i] / std::max(seen[i], 1.0) : 0;
  }
  return Smoothed(load, group.days.all());
}

void AddWindows(const DayGroup& group,
                const std::array<int, kSlotsPerDay>& floors,
                std::vector<Window>* windows) {
  const int most = *std::max_element(floors.begin(), floors.end());
  int below = 0;
  for (int floor = 1; floor <= most; ++floor) {
    if (std::count(floors.begin(), floors.end(), floor) == 0) continue;
    const auto needs = [&](int instances) { return instances > below; };
    auto run = std::find_if(floors.begin(), floors.end(), needs);
    while (run != floors.end()) {
      const auto end = std::find_if_not(run, floors.end(), needs);
      const auto slot = static_cast<int>(run - floors.begin());
      Window window;
      window.name = group.name + "-" +
                    std::to_string(slot * kSlotMinutes / 60) +
                    (slot % 2 == 1 ? "h30-" : "h-") + std::to_string(floor);
      DailyTimes times;
      times.days = group.days;
      times.from = slot * kSlotMinutes;
      times.until = static_cast<int>(end - floors.begin()) * kSlotMinutes;
      window.times = times;
      window.replicas = floor;
      windows->push_back(std::move(window));
      run = std::find_if(end, floors.end(), needs);
    }
    below = floor;
  }
}

}  // namespace prewarm
