#include "common/store/file_streams.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "common/store/file_error.h"

namespace prewarm {
namespace {

int OpenFile(const std::string& path, int flags) {
  int fd = -1;
  do {
    fd = open(path.c_str(), flags | O_CLOEXEC, 0644);
  } while (fd < 0 && errno == EINTR);
  return fd;
}

class PosixReader : public FileReader {
 public:
  PosixReader(int fd, std::string path, std::uint64_t size)
      : fd_(fd), path_(std::move(path)), size_(size) {}
  ~PosixReader() override { close(fd_); }

  std::uint64_t size() const override { return size_; }
  Status Read(std::uint64_t offset, void* to, std::size_t bytes) override {
    auto* at = static_cast<char*>(to);
    while (bytes > 0) {
      const ssize_t n = pread(fd_, at, bytes, static_cast<off_t>(offset));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return FileError("read", path_, errno);
      if (n == 0) {
        return MakeError(ErrorCode::kCorrupt,
                         path_ + " ends before its time: was cut short",
                         "store");
      }
      at += n;
      offset += static_cast<std::uint64_t>(n);
      bytes -= static_cast<std::size_t>(n);
    }
    return Ok{};
  }

 private:
  const int fd_;
  const std::string path_;
  const std::uint64_t size_;
};

class PosixWriter : public FileWriter {
 public:
  PosixWriter(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}
  ~PosixWriter() override { close(fd_); }

  Status Write(std::uint64_t offset, const void* from,
               std::size_t bytes) override {
    const auto* at = static_cast<const char*>(from);
    while (bytes > 0) {
      const ssize_t n = pwrite(fd_, at, bytes, static_cast<off_t>(offset));
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return FileError("write", path_, n < 0 ? errno : EIO);
      at += n;
      offset += static_cast<std::uint64_t>(n);
      bytes -= static_cast<std::size_t>(n);
    }
    return Ok{};
  }
  Status Sync() override {
    if (fsync(fd_) == 0) return Ok{};
    return FileError("sync", path_, errno);
  }

 private:
  const int fd_;
  const std::string path_;
};

}  // namespace

Result<std::unique_ptr<FileReader>> OpenToRead(const std::string& path) {
  const int fd = OpenFile(path, O_RDONLY | O_NONBLOCK);
  if (fd < 0) return FileError("open", path, errno);
  struct stat info {};
  const int found = fstat(fd, &info);
  auto reader = std::make_unique<PosixReader>(
      fd, path, found == 0 ? static_cast<std::uint64_t>(info.st_size) : 0);
  if (found != 0) return FileError("read", path, errno);
  if (!S_ISREG(info.st_mode)) {
    return MakeError(ErrorCode::kCorrupt, path + " is no regular file",
                     "store");
  }
  return std::unique_ptr<FileReader>(std::move(reader));
}

Result<std::unique_ptr<FileWriter>> CreateToWrite(const std::string& path,
                                                  std::uint64_t bytes) {
  const int fd = OpenFile(path, O_WRONLY | O_CREAT | O_EXCL);
  if (fd < 0) return FileError("create", path, errno);
  auto writer = std::make_unique<PosixWriter>(fd, path);
  // A full volume says so before half of it was copied.
  if (bytes > 0 && fallocate(fd, 0, 0, static_cast<off_t>(bytes)) != 0 &&
      (errno == ENOSPC || errno == EDQUOT || errno == EFBIG)) {
    return FileError("make room for", path, errno == EFBIG ? ENOSPC : errno);
  }
  return std::unique_ptr<FileWriter>(std::move(writer));
}

}  // namespace prewarm
