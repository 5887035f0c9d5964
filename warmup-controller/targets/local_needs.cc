#include "warmup-controller/targets/local_needs.h"

#include <filesystem>
#include <system_error>

#include "warmup-controller/targets/program_path.h"

namespace prewarm {
namespace {

std::string FolderOf(const std::string& file) {
  const std::size_t slash = file.rfind('/');
  return slash == std::string::npos ? "." : file.substr(0, slash);
}

std::string Below(const std::string& file, const std::string& path) {
  if (path.empty() || path.front() == '/') return path;
  return FolderOf(file) + "/" + path;
}

bool FolderIsThere(const std::string& path) {
  std::error_code error;
  return path.empty() || std::filesystem::is_directory(path, error);
}

}  // namespace

LocalProcess FromItsFolder(LocalProcess process) {
  process.working_directory = Below(process.source, process.working_directory);
  process.log_directory = Below(process.source, process.log_directory);
  return process;
}

std::vector<std::string> MissingFor(const LocalProcess& process,
                                    const std::string& path) {
  std::vector<std::string> missing;
  if (!FolderIsThere(process.working_directory)) {
    missing.push_back("workingDirectory: there is no folder " +
                      process.working_directory);
  }
  if (!FolderIsThere(process.log_directory)) {
    missing.push_back("logDirectory: there is no folder " +
                      process.log_directory);
  }
  const std::string& program = process.command.front();
  if (!ProgramIsThere(program, process.working_directory, path)) {
    missing.push_back("command: there is no program " + program);
  }
  return missing;
}

}  // namespace prewarm
