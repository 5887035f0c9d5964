#include "common/store/env.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "common/store/file_error.h"
#include "common/store/memory_copy.h"

namespace prewarm {
namespace {

namespace fs = std::filesystem;

// Closes at the end of its scope.
class File {
 public:
  File(const std::string& path, int flags, mode_t mode = 0) {
    do {
      fd_ = open(path.c_str(), flags | O_CLOEXEC, mode);
    } while (fd_ < 0 && errno == EINTR);
  }
  ~File() {
    if (fd_ >= 0) close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int fd() const { return fd_; }
  int Release() { return std::exchange(fd_, -1); }

 private:
  int fd_ = -1;
};

int WriteAll(int fd, const Piece& piece) {
  const char* at = static_cast<const char*>(piece.data);
  std::size_t left = piece.bytes;
  while (left > 0) {
    const ssize_t n = write(fd, at, left);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno;
    if (n == 0) return EIO;
    at += n;
    left -= static_cast<std::size_t>(n);
  }
  return 0;
}

class Flock : public FileLock {
 public:
  explicit Flock(int fd) : fd_(fd) {}
  ~Flock() override { close(fd_); }

 private:
  const int fd_;
};

class PosixEnv : public Env {
 public:
  Result<std::string> Read(const std::string& path,
                           std::size_t max_bytes) override {
    const File file(path, O_RDONLY | O_NONBLOCK);
    if (file.fd() < 0) return FileError("open", path, errno);
    struct stat info {};
    if (fstat(file.fd(), &info) != 0) return FileError("read", path, errno);
    if (!S_ISREG(info.st_mode)) {
      return MakeError(ErrorCode::kCorrupt, path + " is no regular file",
                       "store");
    }
    std::string text;
    char buffer[1 << 14];
    while (true) {
      const ssize_t n = read(file.fd(), buffer, sizeof buffer);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return FileError("read", path, errno);
      if (n == 0) return text;
      text.append(buffer, static_cast<std::size_t>(n));
      if (text.size() > max_bytes) {
        return MakeError(
            ErrorCode::kTooLarge,
            path + " is larger than " + std::to_string(max_bytes) + " bytes",
            "store");
      }
    }
  }

  Status WriteNew(const std::string& path,
                  const std::vector<Piece>& pieces) override {
    const File file(path, O_WRONLY | O_CREAT | O_EXCL, 0644);
    if (file.fd() < 0) return FileError("create", path, errno);
    for (const Piece& piece : pieces) {
      const int error = WriteAll(file.fd(), piece);
      if (error != 0) return FileError("write", path, error);
    }
    if (fsync(file.fd()) != 0) return FileError("sync", path, errno);
    return Ok{};
  }

  Status Append(const std::string& path, const std::string& text) override {
    const File file(path, O_WRONLY | O_CREAT | O_APPEND, 0644);
    if (file.fd() < 0) return FileError("open", path, errno);
    ssize_t n = 0;
    do {
      n = write(file.fd(), text.data(), text.size());
    } while (n < 0 && errno == EINTR);
    if (n < 0) return FileError("write", path, errno);
    if (static_cast<std::size_t>(n) != text.size()) {
      return FileError("write", path, ENOSPC);
    }
    return Ok{};
  }

  Status SyncFolder(const std::string& path) override {
    const File folder(path, O_RDONLY | O_DIRECTORY);
    if (folder.fd() < 0) return FileError("open", path, errno);
    if (fsync(folder.fd()) != 0 && errno != EINVAL) {
      return FileError("sync", path, errno);
    }
    return Ok{};
  }

  Status MakeFolders(const std::string& path) override {
    std::error_code error;
    fs::create_directories(path, error);
    if (error) return FileError("create the folder", path, error.value());
    return Ok{};
  }

  Result<std::string> MakeTempFolder(const std::string& parent,
                                     const std::string& prefix) override {
    std::string path = parent + "/" + prefix + "XXXXXX";
    if (mkdtemp(path.data()) == nullptr) {
      return FileError("create", path, errno);
    }
    return path;
  }

  Status MakeReadable(const std::string& folder) override {
    if (chmod(folder.c_str(), 0755) != 0) {
      return FileError("open for readers", folder, errno);
    }
    return Ok{};
  }

  Result<bool> RenameNew(const std::string& from,
                         const std::string& to) override {
    if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(),
                  RENAME_NOREPLACE) == 0) {
      return true;
    }
    if (errno == EEXIST) return false;
    if (errno != EINVAL && errno != ENOSYS) {
      return FileError("rename to", to, errno);
    }
    // A file system without it. A folder's rename replaces only empty ones,
    // which nothing of ours is.
    struct stat info {};
    if (lstat(to.c_str(), &info) == 0) return false;
    if (rename(from.c_str(), to.c_str()) == 0) return true;
    if (errno == EEXIST || errno == ENOTEMPTY) return false;
    return FileError("rename to", to, errno);
  }

  Status RenameOver(const std::string& from, const std::string& to) override {
    if (rename(from.c_str(), to.c_str()) == 0) return Ok{};
    return FileError("rename to", to, errno);
  }

  Status Touch(const std::string& path) override {
    if (utimensat(AT_FDCWD, path.c_str(), nullptr, AT_SYMLINK_NOFOLLOW) != 0) {
      return FileError("touch", path, errno);
    }
    return Ok{};
  }

  Status Remove(const std::string& path) override {
    std::error_code error;
    fs::remove_all(path, error);
    if (error) return FileError("remove", path, error.value());
    return Ok{};
  }

  Result<std::vector<FolderEntry>> List(const std::string& path) override {
    std::vector<FolderEntry> entries;
    std::error_code error;
    fs::directory_iterator it(path, error);
    for (const fs::directory_iterator end; !error && it != end;
         it.increment(error)) {
      struct stat info {};
      // Gone since: another process cleans up.
      if (lstat(it->path().c_str(), &info) != 0) continue;
      entries.push_back(
          {it->path().filename().string(), S_ISDIR(info.st_mode),
           std::chrono::system_clock::from_time_t(info.st_mtim.tv_sec),
           static_cast<std::uint64_t>(info.st_size)});
    }
    if (error) return FileError("list", path, error.value());
    std::sort(entries.begin(), entries.end(),
              [](const FolderEntry& a, const FolderEntry& b) {
                return a.name < b.name;
              });
    return entries;
  }

  bool MapCopies(const std::string& path) override {
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return false;
    const bool copies = OnNetworkVolume(fd);
    close(fd);
    return copies;
  }
  Result<FileIdentity> Identify(const std::string& path) override {
    struct stat info {};
    if (lstat(path.c_str(), &info) != 0) return FileError("find", path, errno);
    constexpr std::int64_t kSecond = 1000000000;
    return FileIdentity{static_cast<std::uint64_t>(info.st_dev), info.st_ino,
                        info.st_mtim.tv_sec * kSecond + info.st_mtim.tv_nsec};
  }

  Result<std::shared_ptr<const MappedFile>> Map(
      const std::string& path, std::uint64_t max_bytes) override {
    return MappedFile::Open(path, max_bytes);
  }

  Result<std::unique_ptr<FileReader>> OpenToRead(
      const std::string& path) override {
    return prewarm::OpenToRead(path);
  }

  Result<std::unique_ptr<FileWriter>> CreateToWrite(
      const std::string& path, std::uint64_t bytes) override {
    return prewarm::CreateToWrite(path, bytes);
  }

  bool RenamesByCopy(const std::string& path) override {
    return InUserSpace(path);
  }

  Result<std::unique_ptr<FileLock>> TryLock(const std::string& path) override {
    File file(path, O_RDWR | O_CREAT, 0644);
    if (file.fd() < 0) return FileError("lock", path, errno);
    int locked = 0;
    do {
      locked = flock(file.fd(), LOCK_EX | LOCK_NB);
    } while (locked != 0 && errno == EINTR);
    if (locked != 0 && errno == EWOULDBLOCK) return std::unique_ptr<FileLock>();
    if (locked != 0) return FileError("lock", path, errno);
    return std::unique_ptr<FileLock>(std::make_unique<Flock>(file.Release()));
  }
};

}  // namespace

Env* Env::System() {
  static Env* const env = new PosixEnv;
  return env;
}

Result<std::vector<FolderEntry>> ListIfThere(Env* env,
                                             const std::string& path) {
  auto entries = env->List(path);
  if (!entries.ok() && entries.error().code == ErrorCode::kNotFound) {
    return std::vector<FolderEntry>();
  }
  return entries;
}

}  // namespace prewarm
