// Policies that are files.
#pragma once

#include <istream>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "warmup-controller/policy/policy_reader.h"

namespace prewarm {

// "-" is `in`. kInvalidArgument: all errors, one a line: of each file that
// can't be read, then of each document.
Result<Declarations> ReadDeclarationFiles(const std::vector<std::string>& paths,
                                          std::istream& in);
// The policies of it.
Result<std::vector<Policy>> ReadPolicyFiles(
    const std::vector<std::string>& paths, std::istream& in);

}  // namespace prewarm
