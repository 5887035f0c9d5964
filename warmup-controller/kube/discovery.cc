#include "warmup-controller/kube/discovery.h"

#include <algorithm>

#include "warmup-controller/http_client/percent.h"

namespace prewarm::kube {
namespace {

ApiRequest Ask(const std::string& path) {
  ApiRequest request;
  request.path = path;
  request.priority = std::nullopt;  // few, and all else waits for them
  return request;
}

bool IsAbsent(const Result<Json>& answer) {
  return !answer.ok() && answer.error().code == ErrorCode::kNotFound;
}

}  // namespace

std::vector<std::string> VersionsOf(const Json& api_group,
                                    const std::vector<std::string>& order) {
  std::vector<std::string> found;
  const Json& versions = At(api_group, {"versions"});
  if (!versions.is_array()) return found;
  for (const std::string& version : order) {
    const bool served = std::any_of(
        versions.begin(), versions.end(),
        [&](const Json& one) { return TextAt(one, {"version"}) == version; });
    if (served) found.push_back(version);
  }
  return found;
}

std::optional<FoundResource> ResourceOf(const Json& api_resource_list,
                                        const ResourceType& type) {
  const Json& resources = At(api_resource_list, {"resources"});
  if (!resources.is_array()) return std::nullopt;
  std::optional<FoundResource> found;
  bool scale = false;
  bool status = false;
  for (const Json& one : resources) {
    const std::string name = TextAt(one, {"name"});
    if (name == type.plural + "/scale") scale = true;
    if (name == type.plural + "/status") status = true;
    if (name != type.plural) continue;
    found = FoundResource{type, TextAt(one, {"kind"}),
                          At(one, {"namespaced"}) == Json(true), false, false};
  }
  if (found) {
    found->has_scale = scale;
    found->has_status = status;
  }
  return found;
}

Result<std::optional<FoundResource>> FindResource(
    Api* api, const std::string& group, const std::string& plural,
    const std::vector<std::string>& order) {
  const std::string path = "/apis/" + PercentEncoded(group);
  const auto about = api->Call(Ask(path));
  if (IsAbsent(about)) return std::optional<FoundResource>();
  PREWARM_RETURN_IF_ERROR(about);
  for (const std::string& version : VersionsOf(*about, order)) {
    const auto list = api->Call(Ask(path + "/" + PercentEncoded(version)));
    if (IsAbsent(list)) continue;  // gone between the two
    PREWARM_RETURN_IF_ERROR(list);
    auto found = ResourceOf(*list, {group, version, plural});
    if (found) return found;
  }
  return std::optional<FoundResource>();
}

}  // namespace prewarm::kube
