// What the system says of a file, as an error; see Env for the codes.
#pragma once

#include <cerrno>
#include <cstring>
#include <string>

#include "common/base/result.h"

namespace prewarm {

inline ErrorCode FileErrorCode(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return ErrorCode::kNotFound;
    case EROFS:
    case EACCES:
    case EPERM:
      return ErrorCode::kForbidden;
    case ENOSPC:
    case EDQUOT:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
      return ErrorCode::kResourceExhausted;
    default:
      return ErrorCode::kInternal;
  }
}

// "can't open /a/b: No such file or directory".
inline Error FileError(const std::string& what, const std::string& path,
                       int error) {
  std::string message = "can't ";
  message.append(what).append(" ").append(path).append(": ");
  message.append(std::strerror(error));  // NOLINT(concurrency-mt-unsafe)
  return MakeError(FileErrorCode(error), std::move(message), "store");
}

}  // namespace prewarm
