#include "warmup-controller/dashboard/summary.h"

#include <algorithm>

namespace prewarm {
namespace {

bool IsDegraded(const PolicyStatus& policy) {
  // It asks for nothing: what its target does is no trouble of its.
  if (policy.suspend) return false;
  return std::any_of(policy.conditions.begin(), policy.conditions.end(),
                     [](const Condition& one) {
                       return one.type == "Degraded" && one.status;
                     });
}

}  // namespace

Summary SummaryOf(const ControllerStatus& status,
                  const std::map<std::string, Account>& accounts,
                  const OutlookBoard::Outlooks& outlooks) {
  Summary summary;
  summary.at = status.at;
  summary.policies = status.policies.size();
  summary.targets = status.targets.size();
  for (const auto& policy : status.policies) {
    if (IsDegraded(*policy)) ++summary.degraded;
  }
  for (const auto& target : status.targets) {
    summary.desired += target->desired;
    summary.current += target->current;
    summary.warm += target->warm;
  }
  for (const auto& [key, account] : accounts) {
    summary.since =
        std::min(account.since, summary.since.value_or(account.since));
  }
  summary.savings = TotalSavings(accounts, outlooks);
  return summary;
}

}  // namespace prewarm
