// Where the API server is, and who we are to it.
#pragma once

#include <string>

#include "warmup-controller/http_client/connection_options.h"

namespace prewarm::kube {

struct Access {
  std::string server;  // "https://10.96.0.1:443", without a slash at its end
  std::string namespace_name = "default";  // where nothing else is said
  ConnectionOptions connection;
  std::string token;       // "": none
  std::string token_file;  // its content, which changes, wins over `token`
};

}  // namespace prewarm::kube
