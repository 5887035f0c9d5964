#include "warmup-controller/dashboard/savings.h"

#include <algorithm>

#include "warmup-controller/decide/demand.h"
#include "warmup-controller/reconcile/target_key.h"

namespace prewarm {

Savings SavingsOf(const Account& account, int always_on) {
  return {always_on, account.hours, account.instance_hours,
          always_on * account.hours};
}

Savings TotalSavings(const std::map<std::string, Account>& accounts,
                     const OutlookBoard::Outlooks& outlooks) {
  std::map<std::string, int> most;
  for (const auto& [key, outlook] : outlooks) {
    if (outlook->policy.dry_run) continue;
    int& known = most[KeyOf(outlook->policy).Full()];
    known = std::max(known, MostAsked(outlook->policy));
  }
  Savings total;
  for (const auto& [target, always_on] : most) {
    const auto account = accounts.find(target);
    if (account == accounts.end()) continue;
    const Savings one = SavingsOf(account->second, always_on);
    total.always_on += one.always_on;
    total.hours = std::max(total.hours, one.hours);
    total.instance_hours += one.instance_hours;
    total.always_on_hours += one.always_on_hours;
  }
  return total;
}

}  // namespace prewarm
