// Names of what the API server keeps.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace prewarm::kube {

struct ResourceType {
  std::string group;    // "" for the core group
  std::string version;  // "v1"
  std::string plural;   // "deployments"
};

struct ObjectRef {
  ResourceType type;
  std::string namespace_name;  // "": of the cluster, or of all namespaces
  std::string name;            // "": all of them, or one that is to be made
  std::string subresource;     // "scale", "status" or ""
};

// "/apis/apps/v1/namespaces/shop/deployments/a/scale"
std::string PathOf(const ObjectRef& object);

using Query = std::vector<std::pair<std::string, std::string>>;
// Parameters without a value are left out: "?a=1&b=2" or "".
std::string QueryText(const Query& query);

}  // namespace prewarm::kube
