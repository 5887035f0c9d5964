// Policies, and what they scale in local mode, out of YAML or JSON, checked one
// by one and against each other.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/placed_errors.h"
#include "common/base/result.h"
#include "warmup-controller/policy/local_targets.h"
#include "warmup-controller/policy/policy.h"

namespace prewarm {

// A text of one or several documents, and what errors call it.
struct PolicyFile {
  std::string name;
  std::string text;
};

// Each kind in the order of files and places.
struct Declarations {
  std::vector<Policy> policies;
  std::vector<LocalProcess> local_processes;
  std::vector<FixedUrls> fixed_urls;
};

// All documents of all files; empty ones are none, a file without any is an
// error. kInvalidArgument: every error, one a line, each `file:line:column
// field: what is wrong`, in the order of files and places. At most 1 MiB a
// file. Thread-safe.
Result<Declarations> ReadDeclarations(const std::vector<PolicyFile>& files);

// The policies of it.
Result<std::vector<Policy>> ReadPolicies(const std::vector<PolicyFile>& files);

}  // namespace prewarm
