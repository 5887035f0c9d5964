#include "warmup-controller/kube/token_source.h"

#include <algorithm>

#include "warmup-controller/kube/small_file.h"

namespace prewarm::kube {
namespace {

constexpr std::chrono::minutes kMaxAge{1};

}  // namespace

Result<std::string> TokenSource::Token(SteadyTime now) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (file_.empty()) return token_;
  if (!was_read_ || now - read_ >= kMaxAge || Changed()) {
    const Status status = Read(now);
    if (!status.ok() && !was_read_) return status.error();
  }
  return token_;
}

bool TokenSource::Refused(const std::string& token, SteadyTime now) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!file_.empty()) (void)Read(now);
  return token_ != token;
}

bool TokenSource::Changed() {
  struct stat about {};
  if (stat(file_.c_str(), &about) != 0) return false;
  return about.st_ino != about_.st_ino || about.st_dev != about_.st_dev ||
         about.st_size != about_.st_size ||
         about.st_mtim.tv_sec != about_.st_mtim.tv_sec ||
         about.st_mtim.tv_nsec != about_.st_mtim.tv_nsec;
}

Status TokenSource::Read(SteadyTime now) {
  struct stat about {};
  // Before its content: what changes in between is seen the next time.
  if (stat(file_.c_str(), &about) != 0) about = {};
  PREWARM_ASSIGN_OR_RETURN(std::string token, ReadSmallFile(file_));
  token.erase(token.find_last_not_of(" \t\r\n") + 1);
  const auto breaks = [](unsigned char c) { return c <= ' ' || c >= 0x7f; };
  if (token.empty() || std::any_of(token.begin(), token.end(), breaks)) {
    return MakeError(ErrorCode::kUnauthorized, file_ + " holds no token");
  }
  token_ = token;
  about_ = about;
  read_ = now;
  was_read_ = true;
  return Ok{};
}

}  // namespace prewarm::kube
