// All that a controller does, in a few numbers. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "warmup-controller/dashboard/savings.h"
#include "warmup-controller/report/status.h"

namespace prewarm {

struct Summary {
  Instant at;
  bool stands_by = false;  // another controller leads
  std::size_t policies = 0;
  std::size_t degraded = 0;  // of them
  std::size_t targets = 0;
  int desired = 0;  // instances of all targets, as the next two
  int current = 0;
  int warm = 0;
  Savings savings;
  std::optional<Instant> since;  // of the savings; unset: nothing was counted
};

Summary SummaryOf(const ControllerStatus& status,
                  const std::map<std::string, Account>& accounts,
                  const OutlookBoard::Outlooks& outlooks);

}  // namespace prewarm
