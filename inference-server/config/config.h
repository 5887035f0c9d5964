// What the operator can set: flags, then PREWARM_ environment variables, then
// the --config file, then defaults. Every value is checked here.
#pragma once

#include <cstdint>
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

// Which results of /api/v2/process may be had again by their key.
enum class ResultsMode {
  kPrivate,  // none
  kAsked,    // those that are uploaded with share=true
  kShared,   // all but those with share=false; never an upload token's
};

struct ResultsConfig {
  ResultsMode mode = ResultsMode::kPrivate;
  std::vector<std::string> secrets;  // one or two, the newer first
  std::string folder;                // "": in the store
  std::int64_t ttl_seconds = 86400;
  std::int64_t max_age_seconds = 3600;  // of copies in caches
  std::size_t max_mib = 1024;
};

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
  int threads = 0;          // of the engine; 0: see UsableThreads
  int blend_threshold = 0;  // see EngineOptions
  int queue = 64;
  std::size_t max_body_mib = 32;
  std::size_t memory_budget_mib = 2048;  // see DefaultMemoryBudgetMib
  double max_wait_seconds = 120;
  double drain_seconds = 30;
  bool warm_on_start = true;
  bool prepare = false;          // see prepare.h
  double reprove_seconds = 600;  // 0: an idle engine is never proven again
  double store_timeout_seconds = 60;
  LogFormat log_format = LogFormat::kText;
  LogLevel log_level = LogLevel::kInfo;
  std::vector<std::string> cors_origins;
  std::string page_dir;         // of the page at /; "": the demo shop
  std::string page_controller;  // URL of a public listener; "": none
  std::string page_target;      // "namespace/name" there
  AccessConfig access;
  std::vector<Cidr> trusted_proxies;
  RateLimit rate;
  ResultsConfig results;
};

struct ParsedConfig {
  ServerConfig config;
  // --help or --version: print this and exit 0.
  std::optional<std::string> print;
};

// Of a container with so much memory, whose other third is for weights,
// libraries and the codecs; 2048 without a limit or with a large one.
std::size_t DefaultMemoryBudgetMib(std::optional<std::uint64_t> memory_limit);

// `memory_limit`: bytes that the container allows, if any. kInvalidArgument:
// one line that names the option, where it came from, the value and the fix.
Result<ParsedConfig> ParseConfig(
    int argc, const char* const* argv,
    std::optional<std::uint64_t> memory_limit = std::nullopt);

}  // namespace prewarm
