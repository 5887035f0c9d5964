#include "warmup-controller/policy/read_target.h"

#include <string>
#include <vector>

#include "common/base/utf8.h"
#include "warmup-controller/policy/field_values.h"
#include "warmup-controller/policy/limits.h"
#include "warmup-controller/policy/names.h"

namespace prewarm {
namespace {

struct TargetKind {
  std::string name;
  std::vector<std::string> api_versions;  // the first one is the default
};

const std::vector<TargetKind>& TargetKinds() {
  static const std::vector<TargetKind> kKinds = {
      {"Deployment", {"apps/v1"}},
      {"StatefulSet", {"apps/v1"}},
      {"HorizontalPodAutoscaler", {"autoscaling/v2", "autoscaling/v1"}},
      {"ScaledObject", {"keda.sh/v1alpha1"}},
      {"CloudRunService", {"run.googleapis.com/v2"}},
      {"LocalProcess", {"prewarm.dev/v1alpha1"}},
      {"FixedUrls", {"prewarm.dev/v1alpha1"}},
  };
  return kKinds;
}

// A label, or projects/P/locations/L/services/S.
Status CheckCloudRunName(std::string_view name) {
  if (name.find('/') == std::string_view::npos) return CheckLabelName(name);
  std::vector<std::string_view> parts;
  for (std::string_view rest = name;;) {
    const std::size_t slash = rest.find('/');
    parts.push_back(rest.substr(0, slash));
    if (slash == std::string_view::npos) break;
    rest.remove_prefix(slash + 1);
  }
  if (parts.size() == 6 && parts[0] == "projects" && parts[2] == "locations" &&
      parts[4] == "services" && CheckLabelName(parts[1]).ok() &&
      CheckLabelName(parts[3]).ok() && CheckLabelName(parts[5]).ok()) {
    return Ok{};
  }
  return MakeError(ErrorCode::kInvalidArgument,
                   "got " + Quoted(name) +
                       ", expected a service's name or "
                       "projects/P/locations/L/services/S");
}

}  // namespace

TargetRef ReadTarget(const Field& field) {
  TargetRef target;
  Fields fields(field);
  const auto api_version = fields.Find("apiVersion");
  const auto kind_field = fields.Required("kind");
  const auto name = fields.Required("name");
  fields.RefuseOthers();
  const TargetKind* kind = nullptr;
  if (kind_field) {
    std::vector<std::string> names;
    for (const TargetKind& each : TargetKinds()) names.push_back(each.name);
    if (const auto position = kind_field->OneOf(names)) {
      kind = &TargetKinds()[static_cast<std::size_t>(*position)];
      target.kind = kind->name;
      target.api_version = kind->api_versions.front();
    }
  }
  if (api_version && kind != nullptr) {
    if (const auto version = api_version->OneOf(kind->api_versions)) {
      target.api_version =
          kind->api_versions[static_cast<std::size_t>(*version)];
    }
  }
  if (name) {
    const bool cloud_run = target.kind == "CloudRunService";
    target.name =
        ReadChecked(*name, cloud_run ? CheckCloudRunName : CheckSubdomainName)
            .value_or("");
  }
  return target;
}

ReplicaRange ReadReplicaRange(const Field& field) {
  ReplicaRange range;
  Fields fields(field);
  if (const auto max = fields.Find("max")) {
    range.max = max->Whole(1, kMaxReplicas);
  }
  if (const auto min = fields.Find("min")) {
    range.min_declared = true;
    const auto number = min->Whole(0, kMaxReplicas);
    range.min = number.value_or(range.min);
    if (number && range.max && *number > *range.max) {
      min->Expected("at most max, which is " + std::to_string(*range.max));
    }
  }
  fields.RefuseOthers();
  return range;
}

}  // namespace prewarm
