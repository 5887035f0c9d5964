// A policy as text.
#pragma once

#include <string>

#include "warmup-controller/policy/policy.h"

namespace prewarm {

// YAML that ReadPolicies takes for the same policy; what is a default is left
// out. Windows of cron expressions are left out too: they don't keep their
// text.
std::string WritePolicy(const Policy& policy);

// "Mon-Fri", "Sat,Sun", "Mon-Sun"; Sunday 0.
std::string FormatDays(const std::bitset<7>& days);

}  // namespace prewarm
