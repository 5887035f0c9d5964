// Pods as instances. Pure.
#pragma once

#include <string>
#include <vector>

#include "warmup-controller/cluster/objects.h"
#include "warmup-controller/targets/target.h"

namespace prewarm {

// "server-7d9f-x2k4q-3f09a1b2.2.4bf92f35aa0c": the third start in this very
// pod, by the name of its container, since the count is no promise. A name may
// come again in a StatefulSet, a uid does not.
std::string InstanceIdOf(const PodSeen& pod);

// Pods that run or will, in the order of their names. Those on the host's
// network are left out: their address is that of a node, where others listen.
std::vector<InstanceSeen> InstancesOf(const std::vector<PodSeen>& pods);

}  // namespace prewarm
