// What `warmup-controller cloudrun` is told.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "warmup-controller/commands/local_options.h"
#include "warmup-controller/google/service_account_key.h"

namespace prewarm {

struct CloudRunOptions {
  // Of it all but forward_intents.
  LocalOptions service;
  std::string project;
  std::string location;
  std::string credentials;  // a key file; "": the metadata server
  std::string run_endpoint = "https://run.googleapis.com";
  std::string token_endpoint;  // "": that of the key file
  std::string keys_endpoint = "https://www.googleapis.com/oauth2/v3/certs";
  bool dry_run = false;
  bool give_back = false;
  bool on_request = false;
  std::string reconcile_audience;
  std::vector<std::string> reconcile_callers;
  bool reconcile_behind_iam = false;
  std::string look_every = "15s";
  std::string step_every = "5m";
  std::string step_bound;  // "": 2m, or step_every where that is shorter
};

// What the options mean.
struct CloudRunSettings {
  LocalSettings service;
  std::string project;
  std::string location;
  std::optional<google::ServiceAccountKey> key;
  std::string metadata_host;
  std::chrono::seconds look_every{0};
  std::chrono::seconds step_every{0};
  std::chrono::seconds step_bound{0};
};

using Variables = std::function<std::string(const std::string& name)>;

// kInvalidArgument: all that is wrong, one a line, each with its option. Reads
// files of secrets and keys; asks nobody.
Result<CloudRunSettings> ReadCloudRunOptions(const CloudRunOptions& options,
                                             const Variables& variable);

// "0.0.0.0:PORT" where Cloud Run says it, else the usual one.
std::string UsualListen(const Variables& variable);

}  // namespace prewarm
