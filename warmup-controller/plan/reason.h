// Why something changes, in words.
#pragma once

#include <string>
#include <vector>

#include "warmup-controller/decide/pre_warming.h"

namespace prewarm {

// "1 instance", "2 instances".
std::string InstancesInWords(int count);

// "a", "a and b", "a, b and c".
std::string Listed(const std::vector<std::string>& names);

std::vector<std::string> WindowNames(const Policy& policy,
                                     const std::vector<std::size_t>& windows);

// "weekdays asks for 3"; "" where nothing asks for any.
std::string AskReason(const Policy& policy, const Demand& demand);

// Of a change of demand: "drop opens; weekdays asks for more".
std::string ChangeReason(const Policy& policy, const Demand& before,
                         const Demand& after);

// Of what stays although less is asked for: "3 instances stay until ...".
std::string StayReason(const Policy& policy, const std::vector<Demand>& demands,
                       const FloorSpan& held, Instant until);

// "the day's 6 instance-hours are spent at ...; nothing runs until midnight".
std::string BudgetReason(double hours, Instant spent_at);

// Of a rise from `previous` before `coming`: "weekdays opens at ...".
std::string WarmStartReason(const Policy& policy, const Demand& coming,
                            int missing, std::chrono::seconds lead);

}  // namespace prewarm
