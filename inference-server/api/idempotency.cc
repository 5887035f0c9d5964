#include "inference-server/api/idempotency.h"

#include <utility>

namespace prewarm {
namespace {

// Of an entry's own nodes and strings, so that tiny replies count as well.
constexpr std::size_t kEntryBytes = 1024;

}  // namespace

IdempotencyCache::Outcome IdempotencyCache::Begin(
    const std::string& key, const std::string& fingerprint, SteadyTime now,
    Reply reply) {
  http::Response ready;
  {
    const std::lock_guard lock(mutex_);
    Evict(now);
    const auto [it, fresh] = entries_.try_emplace(key);
    Entry& entry = it->second;
    if (fresh) {
      entry.fingerprint = fingerprint;
      return Outcome::kFirst;
    }
    if (entry.fingerprint != fingerprint) return Outcome::kMismatch;
    if (!entry.done) {
      entry.waiting.push_back(std::move(reply));
      return Outcome::kJoined;
    }
    ready = entry.response;
  }
  reply(ready);
  return Outcome::kJoined;
}

void IdempotencyCache::Finish(const std::string& key,
                              const http::Response& response, SteadyTime now) {
  std::vector<Reply> waiting;
  {
    const std::lock_guard lock(mutex_);
    const auto it = entries_.find(key);
    if (it == entries_.end()) return;
    waiting.swap(it->second.waiting);
    const std::size_t bytes = kEntryBytes + 2 * key.size() +
                              it->second.fingerprint.size() +
                              response.body.size();
    if (response.status / 100 == 2 && bytes <= max_bytes_) {
      it->second.done = true;
      it->second.response = response;
      it->second.expires = now + lifetime_;
      it->second.bytes = bytes;
      bytes_ += bytes;
      order_.push_back(key);
      Evict(now);
    } else {
      entries_.erase(it);
    }
  }
  for (const Reply& reply : waiting) reply(response);
}

void IdempotencyCache::Evict(SteadyTime now) {
  while (!order_.empty()) {
    const auto oldest = entries_.find(order_.front());
    if (bytes_ <= max_bytes_ && oldest->second.expires > now) return;
    bytes_ -= oldest->second.bytes;
    entries_.erase(oldest);
    order_.pop_front();
  }
}

}  // namespace prewarm
