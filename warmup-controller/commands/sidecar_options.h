// What `warmup-controller sidecar` is told.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "common/base/log.h"
#include "common/base/result.h"
#include "warmup-controller/commands/local_options.h"
#include "warmup-controller/sidecar/staging.h"

namespace prewarm {

struct SidecarOptions {
  std::string from;  // "": nothing is staged
  std::string store;
  std::vector<std::string> models;
  int states = 3;
  int streams = 8;
  bool publish = true;
  std::string server = "http://127.0.0.1:8080";
  std::string admin;  // "": the server's
  std::string admin_token_file;
  std::string warmup_timeout = "3m";
  std::string reverify = "10m";
  std::string drain_timeout = "8s";
  std::string listen = "0.0.0.0:8092";
  std::string log_format = "text";
  std::string log_level = "info";
};

// What the options mean.
struct SidecarSettings {
  StagingOptions staging;  // `from` is "": nothing is staged
  std::string server;
  std::string admin;
  std::string admin_token;
  std::chrono::seconds warmup_timeout{0};
  std::chrono::seconds reverify{0};
  std::chrono::milliseconds drain_timeout{0};
  ListenAddress listen;
};

// kInvalidArgument: all that is wrong, one a line, each with its option. Reads
// the token; the stores are not looked at.
Result<SidecarSettings> ReadSidecarOptions(const SidecarOptions& options);

}  // namespace prewarm
