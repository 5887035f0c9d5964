#include "warmup-controller/kube/requests.h"

namespace prewarm::kube {
namespace {

ApiRequest Write(const std::string& method, const ObjectRef& object,
                 const std::string& content_type, const Json& body,
                 bool force = false) {
  ApiRequest request;
  request.method = method;
  request.path = PathOf(object) + QueryText({{"fieldManager", kFieldManager},
                                             {"force", force ? "true" : ""}});
  request.content_type = content_type;
  request.body = WriteJson(body);
  return request;
}

}  // namespace

ApiRequest GetRequest(const ObjectRef& object) {
  ApiRequest request;
  request.path = PathOf(object);
  return request;
}

ApiRequest CreateRequest(ObjectRef object, const Json& body) {
  // A subresource (pods/eviction) is of the object, not of the collection.
  if (object.subresource.empty()) object.name.clear();
  return Write("POST", object, "application/json", body);
}

ApiRequest ReplaceRequest(const ObjectRef& object, const Json& body) {
  return Write("PUT", object, "application/json", body);
}

ApiRequest MergePatchRequest(const ObjectRef& object, const Json& patch) {
  return Write("PATCH", object, "application/merge-patch+json", patch);
}

ApiRequest StrategicMergePatchRequest(const ObjectRef& object,
                                      const Json& patch) {
  return Write("PATCH", object, "application/strategic-merge-patch+json",
               patch);
}

ApiRequest JsonPatchRequest(const ObjectRef& object, const Json& patch) {
  return Write("PATCH", object, "application/json-patch+json", patch);
}

ApiRequest ApplyRequest(const ObjectRef& object, const Json& body, bool force) {
  // JSON is YAML.
  return Write("PATCH", object, "application/apply-patch+yaml", body, force);
}

ApiRequest DeleteRequest(const ObjectRef& object,
                         const DeletePreconditions& only) {
  ApiRequest request;
  request.method = "DELETE";
  request.path = PathOf(object);
  request.content_type = "application/json";
  Json options = {{"apiVersion", "v1"}, {"kind", "DeleteOptions"}};
  if (!only.uid.empty()) options["preconditions"]["uid"] = only.uid;
  if (!only.resource_version.empty()) {
    options["preconditions"]["resourceVersion"] = only.resource_version;
  }
  request.body = WriteJson(options);
  return request;
}

}  // namespace prewarm::kube
