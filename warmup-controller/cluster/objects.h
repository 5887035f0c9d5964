// What of the cluster's objects decisions depend on, as small values: caches
// hold thousands of them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace prewarm {

struct ObjectId {
  std::string namespace_name;
  std::string name;
  std::string uid;
  std::string resource_version;

  auto Tie() const {
    return std::tie(namespace_name, name, uid, resource_version);
  }
};

// Who made it, by the ownerReference that is marked as the controller.
struct OwnerSeen {
  std::string kind;
  std::string name;
  std::string uid;
  bool of_apps = false;  // the kind is Kubernetes' own: others share its name

  auto Tie() const { return std::tie(kind, name, uid, of_apps); }
};

// A Deployment or StatefulSet.
struct WorkloadSeen {
  ObjectId id;
  std::string kind;
  int replicas = 1;
  // It was us who wrote them last, by metadata.managedFields; false: perhaps.
  bool replicas_ours = false;
  bool gated = false;     // its pods carry the readiness gate
  bool ordered = false;   // a StatefulSet that starts one pod after the other
  bool deleting = false;  // it goes

  auto Tie() const {
    return std::tie(id, kind, replicas, replicas_ours, gated, ordered,
                    deleting);
  }
};

// A HorizontalPodAutoscaler or a ScaledObject.
struct AutoscalerSeen {
  ObjectId id;
  std::string kind;
  std::string target_kind;
  std::string target_name;
  std::optional<OwnerSeen> owner;
  int min = 1;
  int max = 1;
  std::optional<std::string> mark;  // kFloorAnnotation
  bool paused = false;              // of a ScaledObject
  bool idles = false;               // it has an idleReplicaCount
  bool deleting = false;

  auto Tie() const {
    return std::tie(id, kind, target_kind, target_name, owner, min, max, mark,
                    paused, idles, deleting);
  }
};

inline constexpr char kAutoscaler[] = "HorizontalPodAutoscaler";
inline constexpr char kScaledObject[] = "ScaledObject";
// Of its spec, what a floor is written to.
inline const char* MinimumField(const AutoscalerSeen& autoscaler) {
  return autoscaler.kind == kScaledObject ? "minReplicaCount" : "minReplicas";
}
// "minReplicas of HorizontalPodAutoscaler web".
inline std::string MinimumNamed(const AutoscalerSeen& autoscaler) {
  return std::string(MinimumField(autoscaler)) + " of " + autoscaler.kind +
         " " + autoscaler.id.name;
}
// An HPA that KEDA made: its ScaledObject alone is written to.
inline bool IsOfKeda(const AutoscalerSeen& autoscaler) {
  return autoscaler.owner && autoscaler.owner->kind == kScaledObject;
}

struct ReplicaSetSeen {
  ObjectId id;
  std::optional<OwnerSeen> owner;

  auto Tie() const { return std::tie(id, owner); }
};

// The condition prewarm.dev/warm of a pod.
struct WarmCondition {
  bool is_true = false;
  std::string reason;
  std::string message;

  auto Tie() const { return std::tie(is_true, reason, message); }
};

struct PodSeen {
  ObjectId id;
  std::optional<OwnerSeen> owner;
  std::string ip;                    // "": none yet
  std::map<std::string, int> ports;  // by name, of all its containers
  int first_port = 0;                // of the container that serves; 0: none
  bool host_network = false;
  bool gated = false;
  bool deleting = false;
  bool ended = false;  // Succeeded or Failed: it never runs again
  // Of the container that serves: the one with a port "admin", else the first.
  std::string container_id;  // of the start that runs; "": none does
  int restarts = 0;
  std::optional<WarmCondition> warm;
  std::optional<int> deletion_cost;

  auto Tie() const {
    return std::tie(id, owner, ip, ports, first_port, host_network, gated,
                    deleting, ended, container_id, restarts, warm,
                    deletion_cost);
  }
};

// Two are the same that tell the same.
template <typename Seen, typename = decltype(&Seen::Tie)>
bool operator==(const Seen& a, const Seen& b) {
  return a.Tie() == b.Tie();
}

inline constexpr char kWarmGate[] = "prewarm.dev/warm";
inline constexpr char kDeletionCost[] =
    "controller.kubernetes.io/pod-deletion-cost";
// What ReplicaSets let go of last: a pod that works on requests.
inline constexpr int kBusyCost = 1000;

}  // namespace prewarm
