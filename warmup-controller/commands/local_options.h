// What `warmup-controller local` is told.
#pragma once

#include <string>
#include <vector>

#include "common/access/client_address.h"
#include "common/base/log.h"
#include "common/base/result.h"

namespace prewarm {

struct LocalOptions {
  std::string policies;  // a folder
  std::string listen = "127.0.0.1:8090";
  std::string public_listen;  // "": none; intents and states for visitors
  std::vector<std::string> cors_origins;
  std::vector<std::string> trusted_proxies;
  std::string intent_secret_file;  // "": no tokens are asked for
  std::string forward_intents;     // "": this controller answers itself
  std::string admin_token_file;    // "": none is sent
  std::string state;               // "": nothing is remembered
  std::string log_format = "text";
  std::string log_level = "info";
  std::vector<std::string> calendars;  // CONFIGMAP/KEY=FILE
};

// A host and a port, "127.0.0.1:8090", "[::1]:8090"; 0 is any free port.
struct ListenAddress {
  std::string host;
  int port = 0;
};
// kInvalidArgument names `option`.
Result<ListenAddress> ParseListen(const std::string& option,
                                  const std::string& text);

// The first line of a file of a secret, without spaces at its ends.
Result<std::string> ReadSecret(const std::string& option,
                               const std::string& path);

}  // namespace prewarm
