// What table and page say alike.
#pragma once

#include <string>

#include "warmup-controller/simulate/policy_scaler.h"

namespace prewarm {

// "1 request", "17 requests".
std::string Requests(std::int64_t count);

// "55.0 days", "3.5 hours", "3 minutes".
std::string Length(Moment begin, Moment end);

// How many openings were warm in time, as a sentence.
std::string InTime(const Punctuality& punctuality);

}  // namespace prewarm
