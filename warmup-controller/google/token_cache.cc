#include "warmup-controller/google/token_cache.h"

#include <algorithm>
#include <utility>

namespace prewarm::google {
namespace {

constexpr std::chrono::seconds kAhead{300};
constexpr int kShareAhead = 10;

}  // namespace

void TokenCache::Get(const Audience& audience, Done done) {
  const SteadyTime now = clock_->Now();
  {
    std::unique_lock<std::mutex> lock(state_->mutex);
    Entry& entry = state_->entries[audience];
    if (!entry.text.empty() && now < entry.renew) {
      const std::string text = entry.text;
      lock.unlock();
      done(text);
      return;
    }
    entry.waiting.push_back(std::move(done));
    if (entry.fetching) return;
    entry.fetching = true;
  }
  fetcher_->Fetch(audience, [state = state_, audience,
                             clock = clock_](const Result<Token>& token) {
    Fetched(state.get(), audience, token, clock->Now());
  });
}

void TokenCache::Fetched(State* state, const Audience& audience,
                         const Result<Token>& token, SteadyTime now) {
  std::vector<Done> waiting;
  Result<std::string> answer = std::string();
  {
    const std::lock_guard<std::mutex> lock(state->mutex);
    Entry& entry = state->entries[audience];
    entry.fetching = false;
    waiting.swap(entry.waiting);
    if (token.ok()) {
      const std::chrono::seconds ahead =
          std::min(kAhead, token->lifetime / kShareAhead);
      entry.text = token->text;
      entry.ends = now + token->lifetime;
      entry.renew = entry.ends - ahead;
      answer = entry.text;
    } else if (!entry.text.empty() && now < entry.ends) {
      answer = entry.text;
    } else {
      answer = token.error();
    }
  }
  for (const Done& done : waiting) done(answer);
}

void TokenCache::Refused(const Audience& audience, const std::string& token) {
  const std::lock_guard<std::mutex> lock(state_->mutex);
  const auto found = state_->entries.find(audience);
  if (found == state_->entries.end() || found->second.text != token) return;
  found->second.text.clear();
  found->second.renew = {};
}

}  // namespace prewarm::google
