#include "warmup-controller/commands/policy_files.h"

#include <set>

#include "warmup-controller/commands/text_file.h"
#include "warmup-controller/policy/policy_reader.h"

namespace prewarm {
namespace {

Result<PolicyFile> ReadOne(const std::string& path, std::istream& in) {
  if (path == "-") return PolicyFile{"stdin", ReadText(in)};
  PREWARM_ASSIGN_OR_RETURN(std::string text, ReadTextFile(path));
  return PolicyFile{path, std::move(text)};
}

}  // namespace

Result<std::vector<Policy>> ReadPolicyFiles(
    const std::vector<std::string>& paths, std::istream& in) {
  std::vector<PolicyFile> files;
  std::set<std::string> seen;
  std::string errors;
  for (const std::string& path : paths) {
    if (!seen.insert(path).second) {
      errors += path + ": is named twice\n";
      continue;
    }
    auto file = ReadOne(path, in);
    if (file.ok()) {
      files.push_back(std::move(file).value());
    } else {
      errors += file.error().message + "\n";
    }
  }
  auto policies = ReadPolicies(files);
  if (policies.ok() && errors.empty()) return policies;
  if (!policies.ok()) errors += policies.error().message + "\n";
  errors.pop_back();
  return MakeError(ErrorCode::kInvalidArgument, errors, "policies");
}

}  // namespace prewarm
