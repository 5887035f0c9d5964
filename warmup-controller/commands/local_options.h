// What `warmup-controller local` is told.
#pragma once

#include <optional>
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
  // Of an instance-hour; unset: the dashboard tells of hours alone.
  std::optional<double> price;
  std::string log_format = "text";
  std::string log_level = "info";
  std::vector<std::string> calendars;  // CONFIGMAP/KEY=FILE
  bool check = false;                  // only look whether all is well
};

// A host and a port, "127.0.0.1:8090", "[::1]:8090"; 0 is any free port.
struct ListenAddress {
  std::string host;
  int port = 0;
};

// What the options mean.
struct LocalSettings {
  ListenAddress listen;
  std::optional<ListenAddress> public_listen;
  std::vector<Cidr> trusted_proxies;
  std::string intent_secret;  // "": no tokens are asked for
  std::string admin_token;    // "": none is sent
};

// kInvalidArgument: all that is wrong, one a line, each with its option. Reads
// the files of secrets; the policies and the state are not looked at.
Result<LocalSettings> ReadOptions(const LocalOptions& options);

// kInvalidArgument names `option`.
Result<ListenAddress> ParseListen(const std::string& option,
                                  const std::string& text);

// The first line of a file of a secret, without spaces at its ends: 16 bytes at
// least, since whoever guesses one can buy instances.
Result<std::string> ReadSecret(const std::string& option,
                               const std::string& path);

}  // namespace prewarm
