#include "warmup-controller/operate/minimum_request.h"

#include "warmup-controller/kube/requests.h"

namespace prewarm {

kube::ApiRequest MinimumRequest(const kube::ResourceType& type,
                                const AutoscalerSeen& autoscaler,
                                std::optional<int> minimum,
                                const std::optional<FloorMark>& mark) {
  const ObjectId& id = autoscaler.id;
  kube::Json patch = {
      {"metadata",
       {{"uid", id.uid}, {"resourceVersion", id.resource_version}}}};
  patch["metadata"]["annotations"][kFloorAnnotation] =
      mark ? kube::Json(MarkText(*mark)) : kube::Json(nullptr);
  if (minimum) {
    patch["spec"][MinimumField(autoscaler)] = *minimum;
  }
  kube::ApiRequest request =
      kube::MergePatchRequest({type, id.namespace_name, id.name, ""}, patch);
  request.priority = kube::CallClass::kFloor;
  return request;
}

}  // namespace prewarm
