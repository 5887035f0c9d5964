#include "warmup-controller/cluster/read_objects.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "warmup-controller/floor/floor_mark.h"
#include "warmup-controller/kube/json_text.h"
#include "warmup-controller/kube/requests.h"

namespace prewarm {
namespace {

using kube::At;
using kube::IntAt;
using kube::TextAt;
using nlohmann::json;

ObjectId IdOf(const json& object) {
  return {TextAt(object, {"metadata", "namespace"}),
          TextAt(object, {"metadata", "name"}),
          TextAt(object, {"metadata", "uid"}),
          TextAt(object, {"metadata", "resourceVersion"})};
}

bool IsDeleting(const json& object) {
  return !TextAt(object, {"metadata", "deletionTimestamp"}).empty();
}

std::optional<OwnerSeen> OwnerOf(const json& object) {
  const json& owners = At(object, {"metadata", "ownerReferences"});
  if (!owners.is_array()) return std::nullopt;
  for (const json& owner : owners) {
    if (At(owner, {"controller"}) != true) continue;
    return OwnerSeen{TextAt(owner, {"kind"}), TextAt(owner, {"name"}),
                     TextAt(owner, {"uid"}),
                     TextAt(owner, {"apiVersion"}).rfind("apps/", 0) == 0};
  }
  return std::nullopt;
}

std::optional<std::string> AnnotationOf(const json& object, const char* name) {
  const json& value = At(object, {"metadata", "annotations", name});
  if (!value.is_string()) return std::nullopt;
  return value.get<std::string>();
}

bool HasGate(const json& pod_spec) {
  const json& gates = At(pod_spec, {"readinessGates"});
  return gates.is_array() &&
         std::any_of(gates.begin(), gates.end(), [](const json& gate) {
           return TextAt(gate, {"conditionType"}) == kWarmGate;
         });
}

const json& ListAt(const json& object,
                   std::initializer_list<const char*> path) {
  static const json kEmpty = json::array();
  const json& list = At(object, path);
  return list.is_array() ? list : kEmpty;
}

bool HasAdminPort(const json& container) {
  const json& ports = ListAt(container, {"ports"});
  return std::any_of(ports.begin(), ports.end(), [](const json& port) {
    return TextAt(port, {"name"}) == "admin";
  });
}

// nullptr: the pod has none.
const json* ServingContainer(const json& pod) {
  const json& containers = ListAt(pod, {"spec", "containers"});
  const auto admin =
      std::find_if(containers.begin(), containers.end(), HasAdminPort);
  if (admin != containers.end()) return &*admin;
  return containers.empty() ? nullptr : &containers.front();
}

void ReadStart(const json& pod, const std::string& container, PodSeen* seen) {
  for (const json& status : ListAt(pod, {"status", "containerStatuses"})) {
    if (TextAt(status, {"name"}) != container) continue;
    seen->restarts = IntAt(status, {"restartCount"}, 0);
    if (At(status, {"state", "running"}).is_object()) {
      seen->container_id = TextAt(status, {"containerID"});
    }
  }
}

std::optional<int> Number(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  int number = 0;
  const char* const end = text->data() + text->size();
  const auto [rest, error] = std::from_chars(text->data(), end, number);
  if (error != std::errc() || rest != end) return std::nullopt;
  return number;
}

// By the newest entry that owns spec.replicas. Only a yes means something:
// before 1.22 writes of /scale leave no entry, and who wrote earlier seems to
// own them.
bool ReplicasAreOurs(const json& object) {
  bool ours = false;
  std::string newest;
  for (const json& entry : ListAt(object, {"metadata", "managedFields"})) {
    const json& fields = At(entry, {"fieldsV1", "f:spec"});
    if (!fields.is_object() || !fields.contains("f:replicas")) continue;
    const std::string time = TextAt(entry, {"time"});  // RFC 3339, in UTC
    if (time < newest) continue;
    newest = time;
    ours = TextAt(entry, {"manager"}) == kube::kFieldManager;
  }
  return ours;
}

}  // namespace

WorkloadSeen ReadWorkload(const json& object, const std::string& kind) {
  WorkloadSeen seen;
  seen.id = IdOf(object);
  seen.kind = kind;
  seen.replicas = IntAt(object, {"spec", "replicas"}, 1);
  seen.replicas_ours = ReplicasAreOurs(object);
  seen.gated = HasGate(At(object, {"spec", "template", "spec"}));
  seen.ordered = kind == "StatefulSet" &&
                 TextAt(object, {"spec", "podManagementPolicy"}) != "Parallel";
  seen.deleting = IsDeleting(object);
  return seen;
}

AutoscalerSeen ReadHorizontalPodAutoscaler(const json& object) {
  AutoscalerSeen seen;
  seen.id = IdOf(object);
  seen.kind = kAutoscaler;
  seen.target_kind = TextAt(object, {"spec", "scaleTargetRef", "kind"});
  seen.target_name = TextAt(object, {"spec", "scaleTargetRef", "name"});
  seen.owner = OwnerOf(object);
  seen.min = IntAt(object, {"spec", "minReplicas"}, 1);
  seen.max = IntAt(object, {"spec", "maxReplicas"}, seen.min);
  seen.mark = AnnotationOf(object, kFloorAnnotation);
  seen.deleting = IsDeleting(object);
  return seen;
}

AutoscalerSeen ReadScaledObject(const json& object) {
  constexpr int kMostByDefault = 100;
  AutoscalerSeen seen;
  seen.id = IdOf(object);
  seen.kind = kScaledObject;
  seen.target_kind = TextAt(object, {"spec", "scaleTargetRef", "kind"});
  if (seen.target_kind.empty()) seen.target_kind = "Deployment";
  seen.target_name = TextAt(object, {"spec", "scaleTargetRef", "name"});
  seen.owner = OwnerOf(object);
  seen.min = IntAt(object, {"spec", "minReplicaCount"}, 0);
  seen.max = IntAt(object, {"spec", "maxReplicaCount"}, kMostByDefault);
  seen.idles = At(object, {"spec", "idleReplicaCount"}).is_number();
  // https://keda.sh/docs/2.17/concepts/scaling-deployments/#pausing-autoscaling
  seen.paused =
      AnnotationOf(object, "autoscaling.keda.sh/paused-replicas").has_value() ||
      AnnotationOf(object, "autoscaling.keda.sh/paused").value_or("false") !=
          "false";
  seen.mark = AnnotationOf(object, kFloorAnnotation);
  seen.deleting = IsDeleting(object);
  return seen;
}

ReplicaSetSeen ReadReplicaSet(const json& object) {
  return {IdOf(object), OwnerOf(object)};
}

PodSeen ReadPod(const json& object) {
  PodSeen seen;
  seen.id = IdOf(object);
  seen.owner = OwnerOf(object);
  seen.ip = TextAt(object, {"status", "podIP"});
  seen.host_network = At(object, {"spec", "hostNetwork"}) == true;
  seen.gated = HasGate(At(object, {"spec"}));
  seen.deleting = IsDeleting(object);
  const std::string phase = TextAt(object, {"status", "phase"});
  seen.ended = phase == "Succeeded" || phase == "Failed";
  for (const json& container : ListAt(object, {"spec", "containers"})) {
    for (const json& port : ListAt(container, {"ports"})) {
      const std::string name = TextAt(port, {"name"});
      if (!name.empty()) seen.ports[name] = IntAt(port, {"containerPort"}, 0);
    }
  }
  if (const json* const serving = ServingContainer(object)) {
    const json& ports = ListAt(*serving, {"ports"});
    if (!ports.empty()) {
      seen.first_port = IntAt(ports.front(), {"containerPort"}, 0);
    }
    ReadStart(object, TextAt(*serving, {"name"}), &seen);
  }
  for (const json& condition : ListAt(object, {"status", "conditions"})) {
    if (TextAt(condition, {"type"}) != kWarmGate) continue;
    seen.warm = WarmCondition{TextAt(condition, {"status"}) == "True",
                              TextAt(condition, {"reason"}),
                              TextAt(condition, {"message"})};
  }
  seen.deletion_cost = Number(AnnotationOf(object, kDeletionCost));
  return seen;
}

}  // namespace prewarm
