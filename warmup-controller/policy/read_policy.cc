#include "warmup-controller/policy/read_policy.h"

#include <string>
#include <vector>

#include "warmup-controller/policy/field_values.h"
#include "warmup-controller/policy/names.h"
#include "warmup-controller/policy/read_except.h"
#include "warmup-controller/policy/read_floors.h"
#include "warmup-controller/policy/read_sections.h"
#include "warmup-controller/policy/read_target.h"
#include "warmup-controller/policy/read_windows.h"

namespace prewarm {
namespace {

void ReadHow(Fields* spec, std::optional<int> max_replicas, Policy* policy) {
  if (const auto field = spec->Find("leadTime")) {
    policy->lead_time = ReadLeadTime(*field);
  }
  if (const auto field = spec->Find("warmup")) {
    policy->warmup = ReadWarmupCall(*field);
  }
  if (const auto field = spec->Find("scaleDown")) {
    policy->scale_down = ReadScaleDown(*field);
  }
  if (const auto field = spec->Find("dst")) policy->dst = ReadDstRules(*field);
  spec->Flag("suspend", &policy->suspend);
  spec->Flag("dryRun", &policy->dry_run);
  if (const auto field = spec->Find("override")) {
    policy->override_floor = ReadOverride(*field, max_replicas);
  }
  if (const auto field = spec->Find("budget")) {
    policy->instance_hours_per_day = ReadBudget(*field);
  }
  if (const auto field = spec->Find("intent")) {
    policy->intent = ReadIntent(*field, max_replicas);
  }
}

void ReadSpec(const Field& field, Policy* policy) {
  Fields spec(field);
  if (const auto target = spec.Required("targetRef")) {
    policy->target = ReadTarget(*target);
  }
  if (const auto zone = spec.Find("timeZone")) {
    if (const auto known = ReadZone(*zone)) policy->zone = *known;
  }
  ReplicaRange range;
  if (const auto replicas = spec.Find("replicas")) {
    range = ReadReplicaRange(*replicas);
    if (replicas->node().kind != YamlNode::Kind::kMapping) range.max.reset();
  }
  policy->min_replicas = range.min;
  policy->min_declared = range.min_declared;
  policy->max_replicas = range.max.value_or(policy->max_replicas);
  const auto windows = spec.Find("windows");
  if (windows) policy->windows = ReadWindows(*windows, range.max);
  if (const auto except = spec.Find("except")) {
    policy->except = ReadExceptions(*except);
  }
  ReadHow(&spec, range.max, policy);
  spec.RefuseOthers();
  const bool no_windows =
      !windows || (windows->node().kind == YamlNode::Kind::kList &&
                   windows->node().items.empty());
  if (field.node().kind == YamlNode::Kind::kMapping && no_windows &&
      !policy->intent.enabled) {
    field.Complain(
        "has neither windows nor intent.enabled: true; nothing "
        "would ever be warmed");
  }
}

}  // namespace

Policy ReadPolicySpec(const Field& spec) {
  Policy policy;
  ReadSpec(spec, &policy);
  return policy;
}

}  // namespace prewarm
