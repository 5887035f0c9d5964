#include "warmup-controller/cluster/pending_writes.h"

#include <iterator>
#include <utility>

#include "common/base/backoff.h"

namespace prewarm {

std::function<void(const Status&)> PendingWrites::Begin(
    const std::string& what, const std::string& version) {
  const std::lock_guard<std::mutex> lock(state_->mutex);
  Write& write = state_->writes[what];
  write.under_way = true;
  write.version = version;
  write.end.reset();
  write.again.reset();
  return [state = state_, what](const Status& end) {
    const std::lock_guard<std::mutex> lock(state->mutex);
    const auto found = state->writes.find(what);
    if (found == state->writes.end()) return;
    Write& write = found->second;
    write.under_way = false;
    write.end = end;
    write.succeeded = end.ok();
    const bool raced = !end.ok() && end.error().code == ErrorCode::kConflict;
    if (end.ok() || raced) {
      write.failures = 0;
      write.error.clear();
    } else {
      ++write.failures;
      write.error = end.error().message;
    }
  };
}

bool PendingWrites::IsFree(const std::string& what, const std::string& version,
                           SteadyTime now) {
  const std::lock_guard<std::mutex> lock(state_->mutex);
  const auto found = state_->writes.find(what);
  if (found == state_->writes.end()) return true;
  Write& write = found->second;
  if (write.under_way) return false;
  if (!write.end) return true;
  if (write.failures > 0) {
    if (!write.again) {
      write.again =
          now + BackoffOrAsked(kFirstPause, kLongestPause, write.failures,
                               write.end->error().retry_after_seconds);
    }
    return now >= *write.again;
  }
  // A write that lost a race has seen an old version, too.
  if (version != write.version) return true;
  if (!write.again) write.again = now + kSeenAtLast;
  return now >= *write.again;
}

bool PendingWrites::TakeSuccess(const std::string& what) {
  const std::lock_guard<std::mutex> lock(state_->mutex);
  const auto found = state_->writes.find(what);
  return found != state_->writes.end() &&
         std::exchange(found->second.succeeded, false);
}

std::string PendingWrites::error(const std::string& what) const {
  const std::lock_guard<std::mutex> lock(state_->mutex);
  const auto found = state_->writes.find(what);
  return found == state_->writes.end() ? "" : found->second.error;
}

std::optional<PendingWrites::Failure> PendingWrites::failure(
    const std::string& what) const {
  const std::lock_guard<std::mutex> lock(state_->mutex);
  const auto found = state_->writes.find(what);
  if (found == state_->writes.end()) return std::nullopt;
  const Write& write = found->second;
  if (write.failures == 0 || !write.end || write.end->ok()) return std::nullopt;
  return Failure{write.failures, write.end->error()};
}

void PendingWrites::Keep(
    const std::function<bool(const std::string& what)>& is_kept) {
  const std::lock_guard<std::mutex> lock(state_->mutex);
  for (auto it = state_->writes.begin(); it != state_->writes.end();) {
    it = it->second.under_way || is_kept(it->first) ? std::next(it)
                                                    : state_->writes.erase(it);
  }
}

}  // namespace prewarm
