// The bearer token, which a kubelet replaces now and then.
#pragma once

#include <sys/stat.h>

#include <mutex>
#include <string>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "warmup-controller/kube/access.h"

namespace prewarm::kube {

// Of a file: read again when that changed, and after a minute anyway; while it
// cannot be read, the last one counts. Thread-safe.
class TokenSource {
 public:
  explicit TokenSource(const Access& access)
      : file_(access.token_file), token_(access.token) {}

  // "": there is none. The error names the file.
  Result<std::string> Token(SteadyTime now);
  // The server refused `token`: it is read anew. False where that brings no
  // other one.
  bool Refused(const std::string& token, SteadyTime now);

 private:
  Status Read(SteadyTime now);
  bool Changed();

  const std::string file_;
  std::mutex mutex_;
  std::string token_;
  bool was_read_ = false;
  SteadyTime read_;
  struct stat about_ {};
};

}  // namespace prewarm::kube
