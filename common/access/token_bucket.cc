#include "common/access/token_bucket.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <sstream>

namespace prewarm {
namespace {

constexpr double kMaxRetrySeconds = 24 * 3600;

}  // namespace

Status TokenBuckets::Take(const std::string& key, SteadyTime now) {
  if (limit_.rate <= 0) return Ok{};
  const std::lock_guard lock(mutex_);
  auto found = index_.find(key);
  if (found == index_.end()) {
    if (index_.size() >= capacity_) {
      index_.erase(recent_.back().key);
      recent_.pop_back();
    }
    recent_.push_front({key, limit_.burst, now});
    found = index_.emplace(key, recent_.begin()).first;
  } else {
    recent_.splice(recent_.begin(), recent_, found->second);
  }
  Bucket& bucket = *found->second;
  const std::chrono::duration<double> passed = now - bucket.at;
  bucket.tokens =
      std::min(limit_.burst,
               bucket.tokens + std::max(0.0, passed.count()) * limit_.rate);
  bucket.at = now;
  if (bucket.tokens >= 1) {
    bucket.tokens -= 1;
    return Ok{};
  }
  std::ostringstream limit;
  limit << limit_.rate << " a second, " << limit_.burst << " at once";
  Error error = MakeError(ErrorCode::kResourceExhausted,
                          "too many requests from this client: the limit is " +
                              limit.str() + "; send fewer, or later",
                          "rate");
  error.retry_after_seconds = static_cast<int>(std::clamp(
      std::ceil((1 - bucket.tokens) / limit_.rate), 1.0, kMaxRetrySeconds));
  return error;
}

}  // namespace prewarm
