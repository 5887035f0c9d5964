// What the operator can set: flags, then PREWARM_ environment variables, then
// the --config file, then defaults. Every value is checked here.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/access/access.h"
#include "common/access/client_address.h"
#include "common/access/token_bucket.h"
#include "common/base/log.h"
#include "common/base/result.h"
#include "inference-server/engine/device.h"
#include "inference-server/engine/engine.h"

namespace prewarm {

struct ServerConfig {
  std::string host = "0.0.0.0";
  int port = 8080;
  int admin_port = -1;  // -1: one port
  std::string store = "store";
  std::string model = "isnet";
  std::string fast_model;          // of mode=fast beside it; "": none
  std::string engine;              // see LoadEngineFactory
  std::string device = "auto";     // see DevicesToTry
  std::vector<DeviceLoss> losses;  // of the processes before this one
  Precision precision = Precision::kAuto;
  int threads = 0;          // of the engine; 0: one a core
  int blend_threshold = 0;  // see EngineOptions
  int queue = 64;
  std::size_t max_body_mib = 32;
  std::size_t memory_budget_mib = 2048;
  double max_wait_seconds = 120;
  double drain_seconds = 30;
  bool warm_on_start = true;
  double reprove_seconds = 600;  // 0: an idle engine is never proven again
  double store_timeout_seconds = 60;
  LogFormat log_format = LogFormat::kText;
  LogLevel log_level = LogLevel::kInfo;
  std::vector<std::string> cors_origins;
  AccessConfig access;
  std::vector<Cidr> trusted_proxies;
  RateLimit rate;
};

struct ParsedConfig {
  ServerConfig config;
  // --help or --version: print this and exit 0.
  std::optional<std::string> print;
};

// kInvalidArgument: one line that names the option, where it came from, the
// value and the fix.
Result<ParsedConfig> ParseConfig(int argc, const char* const* argv);

}  // namespace prewarm
