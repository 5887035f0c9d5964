#include "warmup-controller/kube/in_cluster.h"

#include "warmup-controller/kube/small_file.h"

namespace prewarm::kube {
namespace {

constexpr char kHost[] = "KUBERNETES_SERVICE_HOST";
constexpr char kPort[] = "KUBERNETES_SERVICE_PORT";

Result<std::string> Variable(const PodSurroundings& pod,
                             const std::string& name) {
  std::string value = pod.variable(name);
  if (value.empty()) {
    return MakeError(ErrorCode::kNotFound,
                     name + " is not set: this is no pod; give a kubeconfig",
                     name);
  }
  return value;
}

Result<std::string> OfServiceAccount(const PodSurroundings& pod,
                                     const std::string& name) {
  auto bytes = ReadSmallFile(pod.folder + "/" + name);
  if (bytes.ok()) return bytes;
  Error error = bytes.error();
  error.message +=
      "; does the pod's service account have automountServiceAccountToken?";
  error.field = name;
  return error;
}

std::string Trimmed(std::string text) {
  text.erase(text.find_last_not_of(" \t\r\n") + 1);
  return text;
}

}  // namespace

Result<Access> InClusterAccess(const PodSurroundings& pod) {
  Access access;
  PREWARM_ASSIGN_OR_RETURN(std::string host, Variable(pod, kHost));
  PREWARM_ASSIGN_OR_RETURN(const std::string port, Variable(pod, kPort));
  if (host.find(':') != std::string::npos && host.front() != '[') {
    host = "[" + host + "]";  // IPv6
  }
  access.server = "https://" + host + ":" + port;
  PREWARM_ASSIGN_OR_RETURN(access.connection.tls.ca_pem,
                           OfServiceAccount(pod, "ca.crt"));
  PREWARM_ASSIGN_OR_RETURN(const std::string token,
                           OfServiceAccount(pod, "token"));
  if (Trimmed(token).empty()) {
    return MakeError(ErrorCode::kNotFound, pod.folder + "/token is empty",
                     "token");
  }
  access.token_file = pod.folder + "/token";
  PREWARM_ASSIGN_OR_RETURN(const std::string namespace_name,
                           OfServiceAccount(pod, "namespace"));
  access.namespace_name = Trimmed(namespace_name);
  const Status usable = CheckConnectionOptions(access.connection);
  if (!usable.ok()) {
    return MakeError(ErrorCode::kInvalidArgument,
                     pod.folder + "/ca.crt: " + usable.error().message,
                     "ca.crt");
  }
  return access;
}

}  // namespace prewarm::kube
