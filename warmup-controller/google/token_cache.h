// Tokens that are kept while they are good.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "warmup-controller/google/token_source.h"

namespace prewarm::google {

// Those that end within five minutes, or within a tenth of their life, are
// fetched anew; the old one is good enough while that fails, until it ends. One
// fetch of an audience at a time. Thread-safe.
class TokenCache : public TokenSource {
 public:
  // Both outlive it and all that it asks for.
  TokenCache(TokenFetcher* fetcher, const Clock* clock)
      : fetcher_(fetcher), clock_(clock) {}

  void Get(const Audience& audience, Done done) override;
  void Refused(const Audience& audience, const std::string& token) override;

 private:
  struct Entry {
    std::string text;  // "": none
    SteadyTime renew{};
    SteadyTime ends{};
    bool fetching = false;
    std::vector<Done> waiting;
  };
  // Fetches go on when this is gone.
  struct State {
    std::mutex mutex;
    std::map<Audience, Entry> entries;
  };
  static void Fetched(State* state, const Audience& audience,
                      const Result<Token>& token, SteadyTime now);

  TokenFetcher* const fetcher_;
  const Clock* const clock_;
  const std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace prewarm::google
