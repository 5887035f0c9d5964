#include "warmup-controller/commands/run_options.h"

#include <unistd.h>

#include <cstdlib>
#include <random>
#include <sstream>

#include "warmup-controller/kube/in_cluster.h"
#include "warmup-controller/kube/kubeconfig.h"

namespace prewarm {
namespace {

std::string Variable(const std::string& name) {
  const char* const value = std::getenv(name.c_str());
  return value == nullptr ? "" : value;
}

}  // namespace

Result<kube::Access> AccessOf(const RunOptions& options) {
  std::string path = options.kubeconfig;
  if (path.empty()) {
    PREWARM_ASSIGN_OR_RETURN(path,
                             kube::OnlyKubeconfigOf(Variable("KUBECONFIG")));
  }
  if (!path.empty()) return kube::ReadKubeconfigFile(path, options.context);
  kube::PodSurroundings pod;
  pod.variable = Variable;
  auto access = kube::InClusterAccess(pod);
  if (access.ok()) return access;
  const std::string usual = Variable("HOME") + "/.kube/config";
  if (::access(usual.c_str(), R_OK) == 0) {
    return kube::ReadKubeconfigFile(usual, options.context);
  }
  return MakeError(access.error().code,
                   access.error().message +
                       "; outside of a cluster --kubeconfig names a file",
                   "--kubeconfig");
}

std::string HolderId(const std::string& pod, const std::string& address) {
  std::random_device random;
  std::ostringstream id;
  id << pod << '_' << address << '_' << std::hex << random();
  return id.str();
}

std::string UrlOfHolder(const std::string& holder) {
  const std::size_t first = holder.find('_');
  const std::size_t last = holder.rfind('_');
  if (first == std::string::npos || last <= first + 1) return "";
  return "http://" + holder.substr(first + 1, last - first - 1);
}

}  // namespace prewarm
