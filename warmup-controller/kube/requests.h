// The requests that are made of an Api. Pure.
#pragma once

#include <string>

#include "warmup-controller/kube/api.h"
#include "warmup-controller/kube/resource.h"

namespace prewarm::kube {

// As whom we own fields (managedFields), and what events name as their source.
constexpr char kFieldManager[] = "prewarm";

struct DeletePreconditions {
  std::string uid;               // "": any
  std::string resource_version;  // "": any
};

ApiRequest GetRequest(const ObjectRef& object);
// POST to the collection that `object` is in; its name is that of `body`.
ApiRequest CreateRequest(ObjectRef object, const Json& body);
// PUT: kConflict where metadata.resourceVersion of `body` isn't the newest.
ApiRequest ReplaceRequest(const ObjectRef& object, const Json& body);

// RFC 7386. metadata.resourceVersion in `patch` is a precondition here too.
ApiRequest MergePatchRequest(const ObjectRef& object, const Json& patch);
// Built-in types alone: lists are merged by the keys of their type.
ApiRequest StrategicMergePatchRequest(const ObjectRef& object,
                                      const Json& patch);
// RFC 6902; `patch` is a list of operations.
ApiRequest JsonPatchRequest(const ObjectRef& object, const Json& patch);
// Server-side apply. `force` takes fields from other managers; else that is
// kConflict.
ApiRequest ApplyRequest(const ObjectRef& object, const Json& body, bool force);

ApiRequest DeleteRequest(const ObjectRef& object,
                         const DeletePreconditions& only);

}  // namespace prewarm::kube
