#include "warmup-controller/commands/history_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "common/base/utf8.h"
#include "warmup-controller/commands/state_folder.h"
#include "warmup-controller/commands/text_file.h"

namespace prewarm {
namespace {

constexpr int kMode = 0600;

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

// Without a file: an empty one. kCorrupt: what it holds is none.
Result<History> ReadHistoryFile(const std::string& path) {
  if (access(path.c_str(), F_OK) != 0 && errno == ENOENT) return History{};
  const auto text = ReadTextFile(path, kMaxHistoryBytes);
  if (!text.ok()) return text.error();
  auto history = ReadHistory(*text);
  if (history.ok() || history.error().code == ErrorCode::kCorrupt) {
    return history;
  }
  Error error =
      WrongState(path, history.error().message + "; name another file");
  error.code = history.error().code;
  return error;
}

}  // namespace

Result<std::unique_ptr<HistoryLock>> HistoryLock::Take(
    const std::string& path) {
  const std::string beside = path + ".lock";
  const int file = open(beside.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kMode);
  if (file < 0) {
    return WrongState(
        path, "can't write beside it: " + std::string(std::strerror(errno)) +
                  "; expected a folder that is there and may be written to");
  }
  auto lock = std::make_unique<HistoryLock>(file);
  if (flock(file, LOCK_EX | LOCK_NB) != 0) {
    return WrongState(path, "another controller has it; give each its own");
  }
  return lock;
}

HistoryLock::~HistoryLock() { close(file_); }

Result<History> LoadHistory(const std::string& path) {
  auto history = ReadHistoryFile(path);
  if (history.ok() || history.error().code != ErrorCode::kCorrupt) {
    return history;
  }
  const std::string aside = path + ".bad";
  std::string message = path + ": " + history.error().message;
  if (std::rename(path.c_str(), aside.c_str()) == 0) {
    message += "; set aside as " + aside;
  }
  return MakeError(ErrorCode::kCorrupt, message, "state");
}

Status CheckHistory(const std::string& path) {
  PREWARM_RETURN_IF_ERROR(CheckStateFolder(path));
  const auto history = ReadHistoryFile(path);
  if (history.ok() || history.error().code == ErrorCode::kCorrupt) return Ok{};
  return history.error();
}

Status SaveHistory(const std::string& path, const History& history) {
  // One of a bucket goes with the last object in it.
  PREWARM_RETURN_IF_ERROR(MakeStateFolder(path));
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
