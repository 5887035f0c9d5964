#include "warmup-controller/kube/watch_event.h"

#include <utility>

#include "common/base/utf8.h"
#include "warmup-controller/kube/api_error.h"

namespace prewarm::kube {
namespace {

Result<WatchEvent::Kind> KindOf(const std::string& type) {
  if (type == "ADDED") return WatchEvent::Kind::kAdded;
  if (type == "MODIFIED") return WatchEvent::Kind::kModified;
  if (type == "DELETED") return WatchEvent::Kind::kDeleted;
  if (type == "BOOKMARK") return WatchEvent::Kind::kBookmark;
  return MakeError(ErrorCode::kUnprocessable,
                   "a watch event of type " + Quoted(type));
}

}  // namespace

Result<WatchEvent> ReadWatchEvent(std::string_view line) {
  PREWARM_ASSIGN_OR_RETURN(Json json, ReadJson(line));
  const std::string type = TextAt(json, {"type"});
  if (type == "ERROR") return ErrorOfStatus(At(json, {"object"}), "watch");
  WatchEvent event;
  PREWARM_ASSIGN_OR_RETURN(event.kind, KindOf(type));
  event.resource_version =
      TextAt(json, {"object", "metadata", "resourceVersion"});
  const bool named = event.kind == WatchEvent::Kind::kBookmark ||
                     !TextAt(json, {"object", "metadata", "name"}).empty();
  if (event.resource_version.empty() || !named) {
    return MakeError(ErrorCode::kUnprocessable,
                     "a watch event without name or resourceVersion");
  }
  event.object = std::move(json["object"]);
  return event;
}

std::string KeyOf(const Json& object) {
  const std::string namespace_name = TextAt(object, {"metadata", "namespace"});
  const std::string name = TextAt(object, {"metadata", "name"});
  return namespace_name.empty() ? name : namespace_name + "/" + name;
}

}  // namespace prewarm::kube
