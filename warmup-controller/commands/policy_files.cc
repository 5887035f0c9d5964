#include "warmup-controller/commands/policy_files.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>

#include "warmup-controller/policy/policy_reader.h"

namespace prewarm {
namespace {

// One byte more than a policy file may have tells that it has too many;
// /dev/zero is not read to its end.
constexpr std::size_t kMaxRead = (1 << 20) + 1;

std::string ReadSome(std::istream& in) {
  std::string text(kMaxRead, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

Result<PolicyFile> ReadOne(const std::string& path, std::istream& in) {
  if (path == "-") return PolicyFile{"stdin", ReadSome(in)};
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    return MakeError(
        ErrorCode::kInvalidArgument,
        path + ": is a folder; name its files, as " + path + "/*.yaml");
  }
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return MakeError(ErrorCode::kNotFound,
                     path + ": can't be read: " + std::strerror(errno));
  }
  std::string text = ReadSome(file);
  if (file.bad()) {
    return MakeError(ErrorCode::kUnavailable,
                     path + ": can't be read: " + std::strerror(errno));
  }
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
