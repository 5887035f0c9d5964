// Objects of the API server as the values that decisions read. What is missing
// or of another type is as if it were not set: the server has checked it.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "warmup-controller/cluster/objects.h"

namespace prewarm {

WorkloadSeen ReadWorkload(const nlohmann::json& object,
                          const std::string& kind);
AutoscalerSeen ReadHorizontalPodAutoscaler(const nlohmann::json& object);
AutoscalerSeen ReadScaledObject(const nlohmann::json& object);
ReplicaSetSeen ReadReplicaSet(const nlohmann::json& object);
PodSeen ReadPod(const nlohmann::json& object);

}  // namespace prewarm
