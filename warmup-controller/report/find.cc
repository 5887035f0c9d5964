#include "warmup-controller/report/find.h"

#include <algorithm>

namespace prewarm {
namespace {

template <typename Object>
std::shared_ptr<const Object> Find(
    const std::vector<std::shared_ptr<const Object>>& objects,
    std::string_view namespace_name, std::string_view name) {
  const auto found =
      std::find_if(objects.begin(), objects.end(), [&](const auto& object) {
        return object->name == name && object->namespace_name == namespace_name;
      });
  return found == objects.end() ? nullptr : *found;
}

}  // namespace

std::shared_ptr<const PolicyStatus> FindPolicy(const ControllerStatus& status,
                                               std::string_view namespace_name,
                                               std::string_view name) {
  return Find(status.policies, namespace_name, name);
}

std::shared_ptr<const TargetStatus> FindTarget(const ControllerStatus& status,
                                               std::string_view namespace_name,
                                               std::string_view name) {
  return Find(status.targets, namespace_name, name);
}

}  // namespace prewarm
