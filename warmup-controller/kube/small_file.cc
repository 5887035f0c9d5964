#include "warmup-controller/kube/small_file.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace prewarm::kube {

Result<std::string> ReadSmallFile(const std::string& path) {
  struct stat about {};
  if (stat(path.c_str(), &about) != 0) {
    return MakeError(
        errno == ENOENT ? ErrorCode::kNotFound : ErrorCode::kUnavailable,
        path + ": " + std::strerror(errno));
  }
  // A pipe or a device might never end.
  if (!S_ISREG(about.st_mode)) {
    return MakeError(ErrorCode::kUnavailable, path + " is no regular file");
  }
  std::ifstream file(path, std::ios::binary);
  std::string bytes(kMaxCredentialBytes + 1, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!file.eof() && !file.good()) {
    return MakeError(ErrorCode::kUnavailable, path + " cannot be read");
  }
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  if (bytes.size() > kMaxCredentialBytes) {
    return MakeError(ErrorCode::kTooLarge,
                     path + " is larger than " +
                         std::to_string(kMaxCredentialBytes >> 10) + " KiB");
  }
  return bytes;
}

}  // namespace prewarm::kube
