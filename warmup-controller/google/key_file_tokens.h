// Tokens for the key of a service account: it signs an assertion, which the
// token endpoint exchanges (RFC 7523, 2.1).
#pragma once

#include "common/base/clock.h"
#include "warmup-controller/google/service_account_key.h"
#include "warmup-controller/google/token_source.h"
#include "warmup-controller/http_client/http_client.h"

namespace prewarm::google {

// Thread-safe.
class KeyFileTokens : public TokenFetcher {
 public:
  // Both outlive it and all that it asks for.
  KeyFileTokens(ServiceAccountKey key, HttpClient* client, const Clock* clock)
      : key_(std::move(key)), client_(client), clock_(clock) {}

  void Fetch(const Audience& audience, Done done) override;

 private:
  const ServiceAccountKey key_;
  HttpClient* const client_;
  const Clock* const clock_;
};

}  // namespace prewarm::google
