// Pods as instances. Pure.
#pragma once

#include <string>
#include <vector>

#include "warmup-controller/cluster/objects.h"
#include "warmup-controller/targets/target.h"

namespace prewarm {

// "server-7d9f-x2k4q-3f09a1.2": the third start in this very pod. A name may
// come again in a StatefulSet, a uid does not.
std::string InstanceIdOf(const PodSeen& pod);

// Pods that run or will, in the order of their names. Those on the host's
// network are left out: their address is that of a node, where others listen.
std::vector<InstanceSeen> InstancesOf(const std::vector<PodSeen>& pods);

}  // namespace prewarm
