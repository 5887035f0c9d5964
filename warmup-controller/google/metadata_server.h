// Tokens of the account that this machine, or container, runs as: by Google's
// metadata server.
#pragma once

#include <string>

#include "common/base/clock.h"
#include "warmup-controller/google/token_source.h"
#include "warmup-controller/http_client/http_client.h"

namespace prewarm::google {

// Thread-safe.
class MetadataServer : public TokenFetcher {
 public:
  // `host`: as GCE_METADATA_HOST has it, "metadata.google.internal" or
  // "127.0.0.1:8080". Both outlive it and all that it asks for.
  MetadataServer(const std::string& host, HttpClient* client,
                 const Clock* clock);

  void Fetch(const Audience& audience, Done done) override;

 private:
  const std::string base_;
  HttpClient* const client_;
  const Clock* const clock_;
};

}  // namespace prewarm::google
