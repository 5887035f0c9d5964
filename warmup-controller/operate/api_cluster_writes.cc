// What the operator writes of workloads, autoscalers and pods.
#include <utility>

#include "warmup-controller/calendar/instant_text.h"
#include "warmup-controller/kube/requests.h"
#include "warmup-controller/operate/api_cluster.h"
#include "warmup-controller/operate/minimum_request.h"
#include "warmup-controller/operate/workload_types.h"

namespace prewarm {
namespace {

using kube::CallClass;
using kube::Json;
using kube::ObjectRef;
using kube::ResourceType;

Json Guard(const ObjectId& id) {
  return {{"uid", id.uid}, {"resourceVersion", id.resource_version}};
}

}  // namespace

void ApiCluster::Send(kube::ApiRequest request, CallClass priority, Done done) {
  request.priority = priority;
  WorkerPool& pool = priority == CallClass::kFloor ? floors_ : others_;
  pool.Post([this, request = std::move(request), done = std::move(done)] {
    const auto answer = api_->Call(request);
    if (answer.ok()) {
      done(Ok{});
    } else {
      done(answer.error());
    }
  });
}

void ApiCluster::SetReplicas(const WorkloadSeen& workload, int replicas,
                             Done done) {
  const ObjectRef scale{
      workload.kind == "StatefulSet" ? kStatefulSets : kDeployments,
      workload.id.namespace_name, workload.id.name, "scale"};
  Send(kube::MergePatchRequest(
           scale,
           {{"metadata", {{"resourceVersion", workload.id.resource_version}}},
            {"spec", {{"replicas", replicas}}}}),
       CallClass::kFloor, std::move(done));
}

ResourceType ApiCluster::TypeOf(const AutoscalerSeen& autoscaler) const {
  return autoscaler.kind == kScaledObject ? scaled_type_ : options_.autoscalers;
}

void ApiCluster::SetMinimum(const AutoscalerSeen& autoscaler,
                            std::optional<int> minimum,
                            const std::optional<FloorMark>& mark, Done done) {
  Send(MinimumRequest(TypeOf(autoscaler), autoscaler, minimum, mark),
       CallClass::kFloor, std::move(done));
}

void ApiCluster::SetWarm(const PodSeen& pod, const WarmCondition& warm,
                         Done done) {
  const ObjectRef status{kPods, pod.id.namespace_name, pod.id.name, "status"};
  Json condition = {{"type", kWarmGate},
                    {"status", warm.is_true ? "True" : "False"},
                    {"reason", warm.reason},
                    {"message", warm.message}};
  if (!pod.warm || pod.warm->is_true != warm.is_true) {
    condition["lastTransitionTime"] = FormatInstant(
        std::chrono::floor<std::chrono::seconds>(clock_.WallNow()));
  }
  // Merged by its type: other conditions are the kubelet's.
  Send(kube::StrategicMergePatchRequest(
           status, {{"metadata", Guard(pod.id)},
                    {"status", {{"conditions", Json::array({condition})}}}}),
       CallClass::kReadiness, std::move(done));
}

void ApiCluster::SetDeletionCost(const PodSeen& pod, std::optional<int> cost,
                                 Done done) {
  const ObjectRef object{kPods, pod.id.namespace_name, pod.id.name, ""};
  Json patch = {{"metadata", Guard(pod.id)}};
  patch["metadata"]["annotations"][kDeletionCost] =
      cost ? Json(std::to_string(*cost)) : Json(nullptr);
  Send(kube::MergePatchRequest(object, patch), CallClass::kFloor,
       std::move(done));
}

void ApiCluster::DeletePod(const PodSeen& pod, Done done) {
  const ObjectRef object{kPods, pod.id.namespace_name, pod.id.name, ""};
  Send(kube::DeleteRequest(object, {pod.id.uid, ""}), CallClass::kReadiness,
       std::move(done));
}

}  // namespace prewarm
