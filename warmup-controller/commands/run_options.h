// What `warmup-controller run` is told.
#pragma once

#include <string>
#include <vector>

#include "warmup-controller/commands/local_options.h"
#include "warmup-controller/kube/access.h"

namespace prewarm {

struct RunOptions {
  // Of it listen, public_listen, cors_origins, trusted_proxies,
  // intent_secret_file, admin_token_file and the log.
  LocalOptions service;
  std::string kubeconfig;  // "": the pod's own account, else ~/.kube/config
  std::string context;     // of the kubeconfig; "": its current one
  std::string namespace_name;
  bool all_namespaces = false;
  std::vector<std::string> token_namespaces;  // see token_namespaces.h
  double qps = 50;
  double burst = 100;
  std::string lease = "prewarm-controller";  // its name, in our namespace
  std::string lease_namespace;               // "": that of the account
  std::string pod_name;  // "": POD_NAME, else the host's name
  std::string pod_ip;    // "": POD_IP; where a standby passes intents on to
};

// kNotFound, kInvalidArgument: no account and no kubeconfig, or a wrong one.
Result<kube::Access> AccessOf(const RunOptions& options);

// How the holder of a lease begins that was taken by a release.
inline constexpr char kReleaseHolder[] = "release_";
// Who holds the lease: "POD_ADDRESS_1a2b3c4d", unique for each start.
std::string HolderId(const std::string& pod, const std::string& address);
// The base URL in it; "" where there is none.
std::string UrlOfHolder(const std::string& holder);

}  // namespace prewarm
