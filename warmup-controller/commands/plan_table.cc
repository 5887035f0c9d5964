#include "warmup-controller/commands/plan_table.h"

#include <cstdio>

#include "warmup-controller/calendar/instant_text.h"
#include "warmup-controller/commands/wrap.h"
#include "warmup-controller/plan/reason.h"

namespace prewarm {
namespace {

constexpr std::size_t kWhyColumn = 34;
constexpr char kRow[] = "%-19s  %11s  %s\n";

std::string Row(const std::string& at, const std::string& instances,
                const std::string& what) {
  std::string row(64 + at.size() + instances.size() + what.size(), '\0');
  const int size = std::snprintf(row.data(), row.size(), kRow, at.c_str(),
                                 instances.c_str(), what.c_str());
  row.resize(static_cast<std::size_t>(size));
  return row;
}

std::string What(const Transition& transition) {
  switch (transition.kind) {
    case Transition::Kind::kOpen:
      return "open ";
    case Transition::Kind::kWarmStart:
      return "warm start ";
    case Transition::Kind::kClose:
      break;
  }
  return "close ";
}

}  // namespace

std::string PlanTable(const std::vector<PlanStart>& starts, Instant from,
                      const std::vector<Transition>& transitions) {
  std::string already;
  for (const PlanStart& start : starts) {
    if (start.replicas == 0) continue;
    already += Row(DateAndTime(from), std::to_string(start.replicas),
                   "already " + start.policy);
    if (start.windows.empty()) continue;
    already += std::string(kWhyColumn, ' ') + Listed(start.windows) +
               (start.windows.size() == 1 ? " is" : " are") + " open\n";
  }
  if (already.empty() && transitions.empty()) {
    return "Nothing changes in this time.\n";
  }
  std::string table = Row("UTC", "instances", "what, and why") + already;
  if (transitions.empty()) table += "Nothing else changes in this time.\n";
  for (const Transition& transition : transitions) {
    table += Row(DateAndTime(transition.at),
                 std::to_string(transition.previous) + " -> " +
                     std::to_string(transition.replicas),
                 What(transition) + transition.policy);
    for (const std::string& row :
         Rows(transition.reason, kTerminalColumns - kWhyColumn)) {
      table += std::string(kWhyColumn, ' ') + row + "\n";
    }
  }
  return table;
}

}  // namespace prewarm
