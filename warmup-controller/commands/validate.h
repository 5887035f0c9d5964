// `warmup-controller validate FILE...`
#pragma once

#include <istream>
#include <ostream>
#include <string>
#include <vector>

namespace prewarm {

// A line on `out` for each policy and 0; or all errors on `err` and 1. "-" is
// `in`.
int Validate(const std::vector<std::string>& paths, std::istream& in,
             std::ostream& out, std::ostream& err);

}  // namespace prewarm
