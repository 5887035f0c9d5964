// The gates of pods, kept as what looks and warm-ups have told asks for.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "warmup-controller/cluster/cluster.h"
#include "warmup-controller/cluster/pending_writes.h"
#include "warmup-controller/targets/target.h"

namespace prewarm {

class PodGates {
 public:
  void Tell(const std::vector<InstanceTold>& told);
  // nullptr: nothing is known of this start of it.
  const InstanceTold* Of(const PodSeen& pod) const;

  // Writes what is not so yet. Those on the host's network are left alone:
  // nobody could say who proved himself there.
  void Write(const std::vector<PodSeen>& pods, Cluster* cluster,
             PendingWrites* writes, SteadyTime now) const;
  // Under which name among the writes.
  static std::string WriteOf(const PodSeen& pod) {
    return "gate " + pod.id.uid;
  }

 private:
  std::map<std::string, InstanceTold> told_;  // by id
};

}  // namespace prewarm
