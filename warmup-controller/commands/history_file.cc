#include "warmup-controller/commands/history_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "common/base/utf8.h"
#include "warmup-controller/commands/text_file.h"

namespace prewarm {
namespace {

constexpr int kMode = 0600;
// FUSE_SUPER_MAGIC of the kernel's uapi/linux/magic.h.
constexpr auto kFuseMagic = 0x65735546;

Error Failed(const std::string& what, const std::string& path) {
  return MakeError(ErrorCode::kInternal,
                   what + " " + path + ": " + std::strerror(errno), "state");
}

Status WriteAll(int file, const std::string& text, const std::string& path) {
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t wrote = write(file, text.data() + done, text.size() - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return Failed("can't write", path);
    done += static_cast<std::size_t>(wrote);
  }
  if (fsync(file) != 0) return Failed("can't sync", path);
  return Ok{};
}

Status WriteFile(const std::string& path, const std::string& text) {
  const int file =
      open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kMode);
  if (file < 0) return Failed("can't write", path);
  Status written = WriteAll(file, text, path);
  // What lies in a bucket gets there by this, and may fail by this.
  const bool closed = close(file) == 0;
  if (written.ok() && !closed) written = Failed("can't close", path);
  return written;
}

}  // namespace

Result<std::unique_ptr<HistoryLock>> HistoryLock::Take(
    const std::string& path) {
  const auto wrong = [&path](const std::string& what) {
    return MakeError(ErrorCode::kInvalidArgument,
                     "--state=" + Quoted(path) + ": " + what, "--state");
  };
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    return wrong("is a folder; expected a file in it, as " + path +
                 "/controller.json");
  }
  const std::string beside = path + ".lock";
  const int file = open(beside.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kMode);
  if (file < 0) {
    return wrong("can't write beside it: " + std::string(std::strerror(errno)) +
                 "; expected a folder that is there and may be written to");
  }
  auto lock = std::make_unique<HistoryLock>(file);
  if (flock(file, LOCK_EX | LOCK_NB) != 0) {
    return wrong("another controller has it; give each its own");
  }
  return lock;
}

HistoryLock::~HistoryLock() { close(file_); }

Result<History> LoadHistory(const std::string& path) {
  if (access(path.c_str(), F_OK) != 0 && errno == ENOENT) return History{};
  PREWARM_ASSIGN_OR_RETURN(const std::string text,
                           ReadTextFile(path, kMaxHistoryBytes));
  auto history = ReadHistory(text);
  if (history.ok()) return history;
  if (history.error().code != ErrorCode::kCorrupt) {
    return MakeError(history.error().code,
                     "--state=" + Quoted(path) + ": " +
                         history.error().message + "; name another file",
                     "--state");
  }
  const std::string aside = path + ".bad";
  std::string message = path + ": " + history.error().message;
  if (std::rename(path.c_str(), aside.c_str()) == 0) {
    message += "; set aside as " + aside;
  }
  return MakeError(ErrorCode::kCorrupt, message, "state");
}

bool IsOnFuse(const std::string& path) {
  std::string folder = std::filesystem::path(path).parent_path().string();
  if (folder.empty()) folder = ".";
  struct statfs about {};
  return statfs(folder.c_str(), &about) == 0 && about.f_type == kFuseMagic;
}

Status SaveHistory(const std::string& path, const History& history) {
  return IsOnFuse(path) ? SaveHistoryInPlace(path, history)
                        : SaveHistoryBeside(path, history);
}

Status SaveHistoryInPlace(const std::string& path, const History& history) {
  return WriteFile(path, HistoryText(history));
}

Status SaveHistoryBeside(const std::string& path, const History& history) {
  const std::string part = path + ".part";
  PREWARM_RETURN_IF_ERROR(WriteFile(part, HistoryText(history)));
  if (std::rename(part.c_str(), path.c_str()) != 0) {
    return Failed("can't replace", path);
  }
  return Ok{};
}

}  // namespace prewarm
