#include "warmup-controller/cluster/pod_instances.h"

#include <algorithm>
#include <utility>

namespace prewarm {
namespace {

std::string UrlOf(const std::string& ip, int port) {
  const bool v6 = ip.find(':') != std::string::npos;
  std::string url = "http://";
  url += v6 ? "[" + ip + "]" : ip;
  url += ':';
  url += std::to_string(port);
  return url;
}

// As `crictl ps` shows it, where it is what runtimes make: 64 hex digits.
std::string ShortContainer(const std::string& container_id) {
  constexpr std::size_t kEnough = 12;
  constexpr char kScheme[] = "://";
  const std::size_t at = container_id.find(kScheme);
  const std::string name = at == std::string::npos
                               ? container_id
                               : container_id.substr(at + sizeof kScheme - 1);
  const bool hex =
      name.find_first_not_of("0123456789abcdef") == std::string::npos;
  return hex ? name.substr(0, kEnough) : name;
}

// Of a pod whose container does not run.
std::string IdWithoutStart(const PodSeen& pod) {
  constexpr std::size_t kEnoughOfUid = 8;
  return pod.id.name + "-" + pod.id.uid.substr(0, kEnoughOfUid) + "." +
         std::to_string(pod.restarts);
}

InstanceSeen InstanceOf(const PodSeen& pod) {
  InstanceSeen seen;
  seen.id = InstanceIdOf(pod);
  seen.stopping = pod.deleting;
  if (!pod.container_id.empty()) seen.id_before = IdWithoutStart(pod);
  if (pod.ip.empty() || pod.container_id.empty()) return seen;
  // Without one that is declared a policy may still name a number.
  constexpr int kHttp = 80;
  seen.urls[""] = UrlOf(pod.ip, pod.first_port > 0 ? pod.first_port : kHttp);
  for (const auto& [name, port] : pod.ports) {
    if (port > 0) seen.urls[name] = UrlOf(pod.ip, port);
  }
  return seen;
}

}  // namespace

std::string InstanceIdOf(const PodSeen& pod) {
  const std::string id = IdWithoutStart(pod);
  return pod.container_id.empty() ? id
                                  : id + "." + ShortContainer(pod.container_id);
}

std::vector<InstanceSeen> InstancesOf(const std::vector<PodSeen>& pods) {
  std::vector<InstanceSeen> instances;
  instances.reserve(pods.size());
  for (const PodSeen& pod : pods) {
    if (pod.ended || pod.host_network) continue;
    instances.push_back(InstanceOf(pod));
  }
  std::sort(
      instances.begin(), instances.end(),
      [](const InstanceSeen& a, const InstanceSeen& b) { return a.id < b.id; });
  return instances;
}

}  // namespace prewarm
