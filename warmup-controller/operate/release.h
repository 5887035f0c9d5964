// Gives back what controllers have raised, without one.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "warmup-controller/kube/api.h"
#include "warmup-controller/kube/resource.h"
#include "warmup-controller/operate/release_plan.h"

namespace prewarm {

struct ReleaseScope {
  std::string namespace_name;  // "": all of them
  std::string policy;          // "": all of them
  kube::ResourceType autoscalers{"autoscaling", "v1",
                                 "horizontalpodautoscalers"};
  std::optional<kube::ResourceType> scaled_objects;  // unset: there is no KEDA
};

struct ReleaseReport {
  std::size_t done = 0;
  std::vector<std::string> failed;  // each with its reason
  std::vector<std::string> remarks;
};

// Blocks. Again and again, until a look finds nothing left: others may write
// meanwhile. What is done is told line by line. An error: what can't be read,
// so that nobody knows what is left. Pods stay as they are.
Result<ReleaseReport> GiveAllBack(
    kube::Api* api, const ReleaseScope& scope,
    const std::function<void(const std::string& line)>& tell);

}  // namespace prewarm
