// Rate limits by token bucket (RFC 2697's colour-blind meter): `burst` tokens
// at most, refilled at `rate` a second, one token a request.
#pragma once

#include <list>
#include <mutex>
#include <string>
#include <unordered_map>

#include "common/base/clock.h"
#include "common/base/result.h"

namespace prewarm {

struct RateLimit {
  double rate = 0;  // tokens a second; 0: no limit
  double burst = 20;
};

// A bucket per key; the least recently used are forgotten beyond `capacity`
// (a forgotten bucket is a full one). Thread-safe.
class TokenBuckets {
 public:
  explicit TokenBuckets(RateLimit limit, std::size_t capacity = 10000)
      : limit_(limit), capacity_(capacity) {}

  // kResourceExhausted with Retry-After when the key has no token left.
  Status Take(const std::string& key, SteadyTime now);

 private:
  struct Bucket {
    std::string key;
    double tokens;
    SteadyTime at;
  };
  const RateLimit limit_;
  const std::size_t capacity_;
  std::mutex mutex_;
  std::list<Bucket> recent_;  // most recently used first
  std::unordered_map<std::string, std::list<Bucket>::iterator> index_;
};

}  // namespace prewarm
