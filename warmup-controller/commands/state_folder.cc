#include "warmup-controller/commands/state_folder.h"

#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "common/base/utf8.h"

namespace prewarm {
namespace {

// What lies in it is for nobody else either.
constexpr int kMode = 0700;
// FUSE_SUPER_MAGIC of the kernel's uapi/linux/magic.h.
constexpr auto kFuseMagic = 0x65735546;

std::string FolderOf(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

bool IsFolder(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::is_directory(path, ignored);
}

bool IsThere(const std::string& path) {
  return access(path.c_str(), F_OK) == 0;
}

// `why`: an errno.
Error Unusable(const std::string& path, const std::string& what, int why) {
  return WrongState(path,
                    what + " as user " + std::to_string(geteuid()) + ": " +
                        std::strerror(why) +
                        "; expected a folder that may be written to, which is "
                        "made where it alone is missing");
}

Error NotMade(const std::string& path, const std::string& folder, int why) {
  return Unusable(path, "can't make its folder " + folder, why);
}

bool MayWrite(const std::string& folder) {
  return access(folder.c_str(), W_OK | X_OK) == 0;
}

Status CheckWritable(const std::string& path, const std::string& folder) {
  if (MayWrite(folder)) return Ok{};
  return Unusable(path, "can't write to " + folder, errno);
}

Status CheckIsNoFolder(const std::string& path) {
  if (!IsFolder(path) && path.back() != '/') return Ok{};
  const std::string slash = path.back() == '/' ? "" : "/";
  return WrongState(path, "is a folder; expected a file in it, as " + path +
                              slash + "controller.json");
}

}  // namespace

Status MakeStateFolder(const std::string& path) {
  PREWARM_RETURN_IF_ERROR(CheckIsNoFolder(path));
  const std::string folder = FolderOf(path);
  if (IsFolder(folder)) return CheckWritable(path, folder);
  if (mkdir(folder.c_str(), kMode) == 0) return Ok{};
  const int why = errno;
  // Another controller's start may have made it just now.
  if (IsFolder(folder)) return Ok{};
  return NotMade(path, folder, why);
}

Status CheckStateFolder(const std::string& path) {
  PREWARM_RETURN_IF_ERROR(CheckIsNoFolder(path));
  const std::string folder = FolderOf(path);
  if (IsFolder(folder)) return CheckWritable(path, folder);
  if (IsThere(folder)) return NotMade(path, folder, EEXIST);
  if (MayWrite(FolderOf(folder))) return Ok{};
  return NotMade(path, folder, errno);
}

bool IsOnFuse(const std::string& path) {
  struct statfs about {};
  return statfs(FolderOf(path).c_str(), &about) == 0 &&
         about.f_type == kFuseMagic;
}

Error WrongState(const std::string& path, const std::string& what) {
  return MakeError(ErrorCode::kInvalidArgument,
                   "--state=" + Quoted(path) + ": " + what, "--state");
}

}  // namespace prewarm
