#include "warmup-controller/targets/program_path.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>

namespace prewarm {
namespace {

bool MayRun(const std::filesystem::path& file) {
  std::error_code unreadable;
  return std::filesystem::is_regular_file(file, unreadable) &&
         access(file.c_str(), X_OK) == 0;
}

}  // namespace

bool ProgramIsThere(const std::string& program, const std::string& directory,
                    const std::string& path) {
  const std::filesystem::path from(directory);
  if (program.find('/') != std::string::npos) return MayRun(from / program);
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t colon = std::min(path.find(':', at), path.size());
    if (MayRun(from / path.substr(at, colon - at) / program)) return true;
    at = colon + 1;
  }
  return false;
}

}  // namespace prewarm
