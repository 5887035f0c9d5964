// How busy each half hour of the week is, and windows that cover the busy ones.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "warmup-controller/plots/moment.h"
#include "warmup-controller/policy/policy.h"

namespace prewarm {

inline constexpr int kSlotMinutes = 30;
inline constexpr int kSlotsPerDay = 24 * 60 / kSlotMinutes;

// Requests per slot of a local day, on average over the days of a group.
using DayLoad = std::array<double, kSlotsPerDay>;

// Days that are treated alike; Sunday 0.
struct DayGroup {
  std::string name;  // as a window may begin: "work"
  std::bitset<7> days;
};

// All days; Monday to Friday and the weekend; each day by itself.
std::vector<std::vector<DayGroup>> DayGroupings();

// Of the local days of `zone`, smoothed over an hour and a half to both sides.
// Days that the trace has only a part of count as that part.
DayLoad LoadOf(const DayGroup& group, const Zone& zone,
               const std::vector<Moment>& arrivals, Moment begin, Moment end);

// Windows of `group` for floors above 0: one for each run of slots that needs
// so many instances or more, so that the greatest floor wins. At most 24:00.
void AddWindows(const DayGroup& group,
                const std::array<int, kSlotsPerDay>& floors,
                std::vector<Window>* windows);

}  // namespace prewarm
