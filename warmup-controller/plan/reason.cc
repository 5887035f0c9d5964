#include "warmup-controller/plan/reason.h"

#include <algorithm>
#include <cstdio>
#include <iterator>

#include "warmup-controller/calendar/instant_text.h"
#include "warmup-controller/policy/duration.h"

namespace prewarm {
namespace {

// "a opens", "a and b open".
std::string Sentence(const std::vector<std::string>& names, const char* verb) {
  return Listed(names) + " " + verb + (names.size() == 1 ? "s" : "");
}

std::vector<std::size_t> Without(const std::vector<std::size_t>& all,
                                 const std::vector<std::size_t>& some) {
  std::vector<std::size_t> left;
  std::set_difference(all.begin(), all.end(), some.begin(), some.end(),
                      std::back_inserter(left));
  return left;
}

void Append(const std::string& clause, std::string* reason) {
  if (!reason->empty() && !clause.empty()) *reason += "; ";
  *reason += clause;
}

}  // namespace

std::string InstancesInWords(int count) {
  return std::to_string(count) + (count == 1 ? " instance" : " instances");
}

std::string Listed(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " and " : ", ";
    text += names[i];
  }
  return text;
}

std::vector<std::string> WindowNames(const Policy& policy,
                                     const std::vector<std::size_t>& windows) {
  std::vector<std::string> names;
  names.reserve(windows.size());
  for (const std::size_t window : windows) {
    names.push_back(policy.windows[window].name);
  }
  return names;
}

std::string AskReason(const Policy& policy, const Demand& demand) {
  const std::string number = std::to_string(demand.floor);
  if (demand.overridden) return "the override asks for " + number;
  if (demand.winner) {
    return policy.windows[*demand.winner].name + " asks for " + number;
  }
  return demand.floor == 0 ? "" : "replicas.min asks for " + number;
}

std::string ChangeReason(const Policy& policy, const Demand& before,
                         const Demand& after) {
  std::string reason;
  const auto closed =
      WindowNames(policy, Without(before.windows, after.windows));
  const auto opened =
      WindowNames(policy, Without(after.windows, before.windows));
  if (before.overridden && !after.overridden) reason = "the override ends";
  if (!closed.empty()) Append(Sentence(closed, "close"), &reason);
  if (!opened.empty()) Append(Sentence(opened, "open"), &reason);
  const bool is_said = opened.size() == 1 && after.winner &&
                       policy.windows[*after.winner].name == opened.front();
  if (!is_said) Append(AskReason(policy, after), &reason);
  return reason;
}

std::string StayReason(const Policy& policy, const std::vector<Demand>& demands,
                       const FloorSpan& held, Instant until) {
  std::string reason = InstancesInWords(held.floor) +
                       (held.floor == 1 ? " stays until " : " stay until ") +
                       DateAndTime(until);
  if (held.hold == Hold::kKeepAlive) {
    return reason + ", scaleDown.delay " +
           FormatDuration(policy.scale_down.delay);
  }
  const auto next = WindowNames(policy, demands[held.demand].windows);
  if (!next.empty()) reason += ", when " + Sentence(next, "open");
  return reason + ": that costs less than to start anew";
}

std::string BudgetReason(double hours, Instant spent_at) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", hours);
  std::string reason = "the day's ";
  reason += text;
  reason += " instance-hours are spent at ";
  reason += DateAndTime(spent_at);
  return reason + ", and nothing runs until the next day";
}

std::string WarmStartReason(const Policy& policy, const Demand& coming,
                            int missing, std::chrono::seconds lead) {
  const auto names = WindowNames(policy, coming.windows);
  std::string reason =
      names.empty() ? "the override ends" : Sentence(names, "open");
  reason += " at " + DateAndTime(coming.begin) + "; " +
            InstancesInWords(missing) + (missing == 1 ? " gets" : " get") +
            " a lead of " + FormatDuration(lead);
  if (policy.lead_time.mode == LeadTime::Mode::kFixed) {
    reason += ", leadTime.fixed";
  }
  return reason;
}

}  // namespace prewarm
