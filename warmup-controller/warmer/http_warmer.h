// Warmth by the HTTP API of the inference server.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "warmup-controller/http_client/http_client.h"
#include "warmup-controller/warmer/warmer.h"

namespace prewarm {

struct HttpWarmerOptions {
  // X-Prewarm-Admin-Token; "" or unset: none is sent. Asked for each call, so
  // that a token may be replaced.
  std::function<std::string()> admin_token;
  // Who gets it; unset: everybody who is called.
  std::function<bool(const WarmupRequest&)> gets_token = {};
  // What is said to a 401 or 403 of one who did not: the way out.
  std::string withheld = {};
};

// `client` outlives it and all calls.
std::unique_ptr<Warmer> MakeHttpWarmer(HttpClient* client,
                                       HttpWarmerOptions options);

}  // namespace prewarm
