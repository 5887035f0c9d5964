// What pre-warming costs against instances that are never stopped. Pure.
#pragma once

#include "warmup-controller/reconcile/outlook.h"
#include "warmup-controller/record/record.h"

namespace prewarm {

// Always-on: `always_on` instances in all of the account's time. Instances
// beyond them count against the savings, whoever asked for them.
struct Savings {
  int always_on = 0;
  double hours = 0;            // that passed
  double instance_hours = 0;   // that were spent
  double always_on_hours = 0;  // instance-hours of always-on
  double saved_hours() const { return always_on_hours - instance_hours; }
};
Savings SavingsOf(const Account& account, int always_on);

// Of targets that some policy means; of each the policy that asks for the most.
// Those of a dry run save nothing: without another one their target is left
// out.
Savings TotalSavings(const std::map<std::string, Account>& accounts,
                     const OutlookBoard::Outlooks& outlooks);

}  // namespace prewarm
