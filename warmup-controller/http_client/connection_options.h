// How a client connects: whom it trusts, who it says it is, through whom.
#pragma once

#include <string>

#include "common/base/result.h"

namespace prewarm {

struct TlsOptions {
  std::string ca_pem;    // whom alone to trust; "": the system's authorities
  std::string cert_pem;  // of the client, with its chain; "": none
  std::string key_pem;   // of that certificate, not encrypted
  bool verify = true;    // false: whoever answers is believed
};

struct ConnectionOptions {
  TlsOptions tls;
  // "http://host:port", without a user; "": none. The environment is never
  // asked.
  std::string proxy_url;
};

// kInvalidArgument names the field: PEM that is none, a key without its
// certificate or of another one, a proxy that is none.
Status CheckConnectionOptions(const ConnectionOptions& options);

}  // namespace prewarm
