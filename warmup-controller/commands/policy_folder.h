// A folder of declarations that a running controller follows.
#pragma once

#include <string>
#include <vector>

#include "common/base/result.h"
#include "warmup-controller/policy/policy_reader.h"

namespace prewarm {

// Its files named *.yaml, *.yml and *.json, by name; hidden ones and folders
// are passed over, so that a mounted ConfigMap works. kInvalidArgument: all
// that can't be read, one a line; no file at all; more than 1000.
Result<std::vector<PolicyFile>> ReadPolicyFolder(const std::string& folder);

// Whether two readings hold the same.
bool SameFiles(const std::vector<PolicyFile>& a,
               const std::vector<PolicyFile>& b);

}  // namespace prewarm
