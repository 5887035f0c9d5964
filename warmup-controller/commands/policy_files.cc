#include "warmup-controller/commands/policy_files.h"

#include <set>
#include <utility>

#include "warmup-controller/commands/text_file.h"

namespace prewarm {
namespace {

Result<PolicyFile> ReadOne(const std::string& path, std::istream& in) {
  if (path == "-") return PolicyFile{"stdin", ReadText(in)};
  PREWARM_ASSIGN_OR_RETURN(
      std::string text, ReadTextFile(path, kMaxTextBytes,
                                     "name its files, as " + path + "/*.yaml"));
  return PolicyFile{path, std::move(text)};
}

}  // namespace

Result<Declarations> ReadDeclarationFiles(const std::vector<std::string>& paths,
                                          std::istream& in) {
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
  auto all = ReadDeclarations(files);
  if (all.ok() && errors.empty()) return all;
  if (!all.ok()) errors += all.error().message + "\n";
  errors.pop_back();
  return MakeError(ErrorCode::kInvalidArgument, errors, "policies");
}

Result<std::vector<Policy>> ReadPolicyFiles(
    const std::vector<std::string>& paths, std::istream& in) {
  PREWARM_ASSIGN_OR_RETURN(Declarations all, ReadDeclarationFiles(paths, in));
  return std::move(all.policies);
}

}  // namespace prewarm
