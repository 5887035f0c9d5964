#include "common/store/memory_copy.h"

#include <sys/mman.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <vector>

namespace prewarm {
namespace {

// linux/magic.h has most of them; the rest from the file systems' sources.
constexpr std::uint32_t kFuse = 0x65735546;
constexpr std::uint32_t kNetwork[] = {
    0x6969,      // NFS
    0x517b,      // SMB
    0xff534d42,  // CIFS
    0xfe534d42,  // SMB2
    kFuse,
    0x00c36400,  // Ceph
    0x0bd00bd0,  // Lustre
    0x01021997,  // 9P
    0x5346414f,  // AFS
};
constexpr std::size_t kChunk = std::size_t{1} << 20;

bool WriteAll(int fd, const char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t n = write(fd, data, size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    data += n;
    size -= static_cast<std::size_t>(n);
  }
  return true;
}

bool CopyAll(int from, int to, std::size_t size) {
  std::vector<char> chunk(std::min(kChunk, size));
  std::size_t at = 0;
  while (at < size) {
    const ssize_t n =
        pread(from, chunk.data(), std::min(chunk.size(), size - at),
              static_cast<off_t>(at));
    if (n < 0 && errno == EINTR) continue;
    if (n == 0) errno = EIO;
    if (n <= 0 || !WriteAll(to, chunk.data(), static_cast<std::size_t>(n))) {
      return false;
    }
    at += static_cast<std::size_t>(n);
  }
  return true;
}

}  // namespace

bool OnNetworkVolume(int fd) {
  struct statfs info {};
  if (fstatfs(fd, &info) != 0) return false;
  const auto type = static_cast<std::uint32_t>(info.f_type);
  return std::find(std::begin(kNetwork), std::end(kNetwork), type) !=
         std::end(kNetwork);
}

bool InUserSpace(const std::string& path) {
  struct statfs info {};
  return statfs(path.c_str(), &info) == 0 &&
         static_cast<std::uint32_t>(info.f_type) == kFuse;
}

int CopyToMemory(int fd, std::size_t size) {
  const int copy = memfd_create("prewarm", MFD_CLOEXEC);
  if (copy < 0) return -1;
  if (CopyAll(fd, copy, size)) return copy;
  const int error = errno;
  close(copy);
  errno = error;
  return -1;
}

}  // namespace prewarm
