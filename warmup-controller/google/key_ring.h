// The keys of a signer, fetched when they are needed and kept as long as they
// may be.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "warmup-controller/google/key_set.h"
#include "warmup-controller/http_client/http_client.h"

namespace prewarm::google {

// A key that is not among those that are known may be new: they are fetched
// again for it, but not more often than every half minute, whatever strangers
// ask for. Keys that are old stay good for an hour while nobody answers.
// Thread-safe.
class KeyRing {
 public:
  using Done = std::function<void(Result<RsaPublicKey>)>;

  // `client` and `clock` outlive it and all that it asks for.
  KeyRing(std::string url, HttpClient* client, const Clock* clock);

  // `done` is called once, from this thread or the network's, and must not
  // block. kUnauthorized: there is no such key; kUnavailable: they can't be
  // had.
  void Find(const std::string& id, Done done);

 private:
  struct State {
    std::mutex mutex;
    KeySet keys;
    std::optional<SteadyTime> fetched;  // well
    std::optional<SteadyTime> tried;
    SteadyTime expires{};
    bool fetching = false;
    std::string error;
    std::vector<std::pair<std::string, Done>> waiting;
  };
  static Result<RsaPublicKey> Answer(const State& state, const std::string& id,
                                     SteadyTime now);
  void Fetch();

  const std::string url_;
  HttpClient* const client_;
  const Clock* const clock_;
  const std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace prewarm::google
