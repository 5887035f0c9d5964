// Floors that wait to be written, when many change at once.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "warmup-controller/calendar/civil.h"

namespace prewarm {

struct PendingWrite {
  std::string namespace_name;
  std::string name;
  bool raises = false;
  Instant
      due;  // of a raise: when the instances must be warm; else when it fell
  // Writes of its namespace for the same instant that were done already.
  int turns_had = 0;
};

// Indices in the order to write: raises before the rest, then what is due
// first. Of those that are due together every namespace gets its turn, one
// write each in every round, and nobody is always last: who begins differs
// from one due instant to the next. The order of those that wait does not
// depend on those that were written meanwhile.
std::vector<std::size_t> WriteOrder(const std::vector<PendingWrite>& pending);

// How long the last of so many writes waits at this rate (per second, above
// 0), a burst of which is free and a tenth somebody else's: renewals of a
// lease, lists. What a lead time has to have in addition.
std::chrono::seconds QueueTime(std::size_t writes, double rate, double burst);

}  // namespace prewarm
