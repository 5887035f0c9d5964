// Idempotency-Key (IETF draft-ietf-httpapi-idempotency-key-header): a retry of
// the same request gets the same reply and costs no second inference.
// Thread-safe; bounded in entries and bytes; kept in memory only.
#pragma once

#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/http/http.h"

namespace prewarm {

class IdempotencyCache {
 public:
  using Reply = std::function<void(const http::Response&)>;

  IdempotencyCache(std::size_t max_bytes, std::chrono::seconds lifetime)
      : max_bytes_(max_bytes), lifetime_(lifetime) {}

  enum class Outcome {
    kFirst,     // go on, and call Finish
    kJoined,    // `reply` will be called, or was, with the first one's reply
    kMismatch,  // the key was used with another request
  };
  // `fingerprint`: of everything that decides the reply.
  Outcome Begin(const std::string& key, const std::string& fingerprint,
                SteadyTime now, Reply reply);

  // Keeps successful replies; failed ones are forgotten, so that a retry is
  // a new attempt. Those who joined get it either way.
  void Finish(const std::string& key, const http::Response& response,
              SteadyTime now);

 private:
  struct Entry {
    std::string fingerprint;
    bool done = false;
    http::Response response;
    SteadyTime expires{};
    std::vector<Reply> waiting;
    std::size_t bytes = 0;  // charged for it
  };
  void Evict(SteadyTime now);

  const std::size_t max_bytes_;
  const std::chrono::seconds lifetime_;
  std::mutex mutex_;
  std::map<std::string, Entry> entries_;
  std::list<std::string> order_;  // finished, oldest first
  std::size_t bytes_ = 0;
};

}  // namespace prewarm
