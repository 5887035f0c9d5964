#include "warmup-controller/google/key_ring.h"

#include <utility>

#include "common/base/utf8.h"

namespace prewarm::google {
namespace {

using std::chrono::seconds;

constexpr seconds kSeldom{30};
constexpr seconds kOldStillGood{3600};
constexpr seconds kFetchTimeout{10};
constexpr std::size_t kMostKeySetBytes = 256 << 10;

}  // namespace

KeyRing::KeyRing(std::string url, HttpClient* client, const Clock* clock)
    : url_(std::move(url)), client_(client), clock_(clock) {}

Result<RsaPublicKey> KeyRing::Answer(const State& state, const std::string& id,
                                     SteadyTime now) {
  const bool usable = state.fetched && now < state.expires + kOldStillGood;
  if (!usable) {
    return MakeError(ErrorCode::kUnavailable,
                     "the keys of the signer can't be had: " + state.error);
  }
  const auto found = state.keys.find(id);
  if (found == state.keys.end()) {
    return MakeError(
        ErrorCode::kUnauthorized,
        "the token names a key that its signer does not have: " + Quoted(id),
        "Authorization");
  }
  return found->second;
}

void KeyRing::Find(const std::string& id, Done done) {
  const SteadyTime now = clock_->Now();
  {
    std::unique_lock<std::mutex> lock(state_->mutex);
    State& state = *state_;
    const bool fresh = state.fetched && now < state.expires;
    const bool known = fresh && state.keys.count(id) > 0;
    const bool may_fetch = !state.tried || now - *state.tried >= kSeldom;
    if (known || !(state.fetching || may_fetch)) {
      Result<RsaPublicKey> answer = Answer(state, id, now);
      lock.unlock();
      done(std::move(answer));
      return;
    }
    state.waiting.emplace_back(id, std::move(done));
    if (state.fetching) return;
    state.tried = now;
    state.fetching = true;
  }
  Fetch();
}

void KeyRing::Fetch() {
  HttpCall call;
  call.url = url_;
  call.timeout = kFetchTimeout;
  call.most_bytes = kMostKeySetBytes;
  client_->Send(std::move(call), [state = state_, clock = clock_](
                                     const Result<HttpAnswer>& answer) {
    const SteadyTime now = clock->Now();
    std::vector<std::pair<std::string, Done>> waiting;
    std::vector<Result<RsaPublicKey>> results;
    {
      const std::lock_guard<std::mutex> lock(state->mutex);
      state->fetching = false;
      if (!answer.ok()) {
        state->error = answer.error().message;
      } else if (answer->status != 200) {
        state->error = "HTTP " + std::to_string(answer->status);
      } else if (auto keys = ReadKeySet(answer->body); keys.ok()) {
        state->keys = std::move(keys).value();
        state->fetched = now;
        state->expires = now + MaxAgeOf(*answer);
      } else {
        state->error = keys.error().message;
      }
      waiting.swap(state->waiting);
      results.reserve(waiting.size());
      for (const auto& [id, done] : waiting) {
        results.push_back(Answer(*state, id, now));
      }
    }
    for (std::size_t i = 0; i < waiting.size(); ++i) {
      waiting[i].second(std::move(results[i]));
    }
  });
}

}  // namespace prewarm::google
