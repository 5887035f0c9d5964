#include "warmup-controller/operate/release.h"

#include <map>
#include <utility>

#include "warmup-controller/cluster/read_objects.h"
#include "warmup-controller/kube/json_text.h"
#include "warmup-controller/kube/list_pages.h"
#include "warmup-controller/kube/requests.h"
#include "warmup-controller/operate/finalizer.h"
#include "warmup-controller/operate/minimum_request.h"
#include "warmup-controller/operate/workload_types.h"

namespace prewarm {
namespace {

using kube::Json;

// Looks at most: somebody who keeps writing is not to keep us for ever.
constexpr int kLooks = 10;

template <typename Seen>
Status List(kube::Api* api, const kube::ResourceType& type,
            const std::string& namespace_name,
            const std::function<std::optional<Seen>(const Json&)>& read,
            std::vector<Seen>* all) {
  const std::size_t before = all->size();
  const auto listed = kube::ListAll(
      api, {type, namespace_name, "", ""}, {},
      [&](const Json& object) {
        if (auto seen = read(object)) all->push_back(*std::move(seen));
      },
      [&] {
        all->erase(all->begin() + static_cast<long>(before), all->end());
      });
  // A kind that the server does not have (any more) has no objects.
  const bool none = !listed.ok() && listed.error().code == ErrorCode::kNotFound;
  if (!listed.ok() && !none) return listed.error();
  return Ok{};
}

// A cost that we wrote, and nobody else since.
std::optional<PodSeen> BusyPod(const Json& object) {
  PodSeen pod = ReadPod(object);
  if (pod.deletion_cost != kBusyCost) return std::nullopt;
  const Json& entries = kube::At(object, {"metadata", "managedFields"});
  const std::string field = std::string("f:") + kDeletionCost;
  for (const Json& entry : entries.is_array() ? entries : Json::array()) {
    const Json& fields =
        kube::At(entry, {"fieldsV1", "f:metadata", "f:annotations"});
    if (fields.is_object() && fields.contains(field) &&
        kube::TextAt(entry, {"manager"}) == kube::kFieldManager) {
      return pod;
    }
  }
  return std::nullopt;
}

Result<Installed> Look(kube::Api* api, const ReleaseScope& scope) {
  Installed found;
  const std::string& space = scope.namespace_name;
  PREWARM_RETURN_IF_ERROR(List<PolicyObject>(
      api, kPolicies, space, ReadPolicyObject, &found.policies));
  PREWARM_RETURN_IF_ERROR(List<AutoscalerSeen>(api, scope.autoscalers, space,
                                               ReadHorizontalPodAutoscaler,
                                               &found.autoscalers));
  if (scope.scaled_objects) {
    PREWARM_RETURN_IF_ERROR(List<AutoscalerSeen>(api, *scope.scaled_objects,
                                                 space, ReadScaledObject,
                                                 &found.autoscalers));
  }
  if (!scope.policy.empty()) return found;
  for (const auto& [kind, type] : {std::pair("Deployment", kDeployments),
                                   std::pair("StatefulSet", kStatefulSets)}) {
    PREWARM_RETURN_IF_ERROR(List<WorkloadSeen>(
        api, type, space,
        [kind = kind](const Json& object) {
          return ReadWorkload(object, kind);
        },
        &found.workloads));
  }
  PREWARM_RETURN_IF_ERROR(
      List<PodSeen>(api, kPods, space, BusyPod, &found.busy_pods));
  return found;
}

Status Do(kube::Api* api, const ReleaseScope& scope, const ReleaseStep& step) {
  if (const auto* policy = std::get_if<TakeFinalizerAway>(&step.what)) {
    return WriteFinalizer(api, policy->policy, false);
  }
  kube::ApiRequest request;
  if (const auto* minimum = std::get_if<GiveMinimumBack>(&step.what)) {
    const bool is_keda = minimum->autoscaler.kind == kScaledObject;
    request = MinimumRequest(
        is_keda ? scope.scaled_objects.value_or(kube::ResourceType())
                : scope.autoscalers,
        minimum->autoscaler, minimum->minimum, std::nullopt);
  } else {
    const ObjectId& id = std::get<TakeCostAway>(step.what).pod.id;
    request = kube::MergePatchRequest(
        {kPods, id.namespace_name, id.name, ""},
        {{"metadata",
          {{"uid", id.uid},
           {"resourceVersion", id.resource_version},
           {"annotations", {{kDeletionCost, nullptr}}}}}});
  }
  const auto answer = api->Call(request);
  if (!answer.ok()) return answer.error();
  return Ok{};
}

// It has changed or is gone: the next look knows.
bool IsPassing(const Status& done) {
  return done.error().code == ErrorCode::kConflict ||
         done.error().code == ErrorCode::kNotFound;
}

}  // namespace

Result<ReleaseReport> GiveAllBack(
    kube::Api* api, const ReleaseScope& scope,
    const std::function<void(const std::string& line)>& tell) {
  ReleaseReport report;
  for (int look = 0;; ++look) {
    PREWARM_ASSIGN_OR_RETURN(const Installed found, Look(api, scope));
    const ReleasePlan plan = PlanReleaseOf(found, scope.policy);
    report.failed.clear();
    report.remarks = plan.remarks;
    bool moved = false;
    for (const ReleaseStep& step : plan.steps) {
      const Status done = look < kLooks
                              ? Do(api, scope, step)
                              : Status(MakeError(ErrorCode::kConflict,
                                                 "somebody else writes there "
                                                 "all the time"));
      if (done.ok()) {
        ++report.done;
        tell(step.says);
      } else if (look == kLooks || !IsPassing(done)) {
        report.failed.push_back(step.says + ": " + done.error().message);
      }
      moved = moved || done.ok() || IsPassing(done);
    }
    if (!moved || look == kLooks) return report;
  }
}

}  // namespace prewarm
