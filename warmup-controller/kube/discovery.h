// What the server has: versions differ between 1.20 and today, and add-ons may
// be absent.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "warmup-controller/kube/api.h"
#include "warmup-controller/kube/resource.h"

namespace prewarm::kube {

struct FoundResource {
  ResourceType type;
  std::string kind;
  bool namespaced = true;
  bool has_scale = false;
  bool has_status = false;
};

// The first version of `order` that the server has with this resource; nothing
// where it has none, or not the group: no error. `order` may not be empty; the
// core group needs no discovery.
Result<std::optional<FoundResource>> FindResource(
    Api* api, const std::string& group, const std::string& plural,
    const std::vector<std::string>& order);

// The parts of it, pure. Of an APIGroup: the versions of `order` that it has.
std::vector<std::string> VersionsOf(const Json& api_group,
                                    const std::vector<std::string>& order);
// Of an APIResourceList of `type`'s group and version.
std::optional<FoundResource> ResourceOf(const Json& api_resource_list,
                                        const ResourceType& type);

}  // namespace prewarm::kube
