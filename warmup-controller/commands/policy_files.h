// Policies that are files.
#pragma once

#include <istream>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "warmup-controller/policy/policy.h"

namespace prewarm {

// "-" is `in`. kInvalidArgument: all errors, one a line: of each file that
// can't be read, then of each policy.
Result<std::vector<Policy>> ReadPolicyFiles(
    const std::vector<std::string>& paths, std::istream& in);

}  // namespace prewarm
