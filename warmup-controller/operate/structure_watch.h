// What of workloads and autoscalers decides who is cared for. All else of them
// changes all the time, and then only their target is looked at.
#pragma once

#include <mutex>
#include <string>
#include <unordered_map>

#include "warmup-controller/cluster/objects.h"

namespace prewarm {

// "" of none.
std::string StructureOf(const WorkloadSeen* seen);
std::string StructureOf(const AutoscalerSeen* seen);
std::string StructureOf(const ReplicaSetSeen* seen);

// The structure of each object, by a name of its own. Thread-safe.
class StructureWatch {
 public:
  // Whether it is another one than before.
  bool Changes(const std::string& object, const std::string& structure);

 private:
  std::mutex mutex_;
  std::unordered_map<std::string, std::string> known_;
};

}  // namespace prewarm
