#include "warmup-controller/commands/policy_folder.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "warmup-controller/commands/text_file.h"

namespace prewarm {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxFiles = 1000;

bool IsDeclaration(const fs::path& path) {
  const std::string name = path.filename().string();
  const std::string suffix = path.extension().string();
  return name.front() != '.' &&
         (suffix == ".yaml" || suffix == ".yml" || suffix == ".json");
}

}  // namespace

Result<std::vector<PolicyFile>> ReadPolicyFolder(const std::string& folder) {
  const auto wrong = [](const std::string& what) {
    return MakeError(ErrorCode::kInvalidArgument, what, "policies");
  };
  std::error_code error;
  fs::directory_iterator it(folder, error);
  if (error) {
    return wrong(folder + ": " + error.message() +
                 "; --policies names a folder of policies");
  }
  std::vector<std::string> paths;
  for (; it != fs::directory_iterator(); it.increment(error)) {
    if (error) return wrong(folder + ": " + error.message());
    if (!IsDeclaration(it->path())) continue;
    if (it->is_directory(error)) continue;
    paths.push_back(it->path().string());
    if (paths.size() > kMaxFiles) {
      return wrong(folder + ": more than 1000 files; join some of them");
    }
  }
  if (error) return wrong(folder + ": " + error.message());
  if (paths.empty()) {
    return wrong(folder + ": holds no *.yaml, *.yml or *.json file");
  }
  std::sort(paths.begin(), paths.end());
  std::vector<PolicyFile> files;
  files.reserve(paths.size());
  std::string errors;
  for (const std::string& path : paths) {
    auto text = ReadTextFile(path);
    if (text.ok()) {
      files.push_back({path, std::move(text).value()});
      continue;
    }
    if (!errors.empty()) errors += '\n';
    errors += text.error().message;
  }
  if (!errors.empty()) return wrong(errors);
  return files;
}

bool SameFiles(const std::vector<PolicyFile>& a,
               const std::vector<PolicyFile>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const PolicyFile& one, const PolicyFile& other) {
                      return one.name == other.name && one.text == other.text;
                    });
}

}  // namespace prewarm
