#include "warmup-controller/kube/resource.h"

#include "warmup-controller/http_client/percent.h"

namespace prewarm::kube {

std::string PathOf(const ObjectRef& object) {
  std::string path = object.type.group.empty()
                         ? "/api"
                         : "/apis/" + PercentEncoded(object.type.group);
  path += "/" + PercentEncoded(object.type.version);
  if (!object.namespace_name.empty()) {
    path += "/namespaces/" + PercentEncoded(object.namespace_name);
  }
  path += "/" + PercentEncoded(object.type.plural);
  if (!object.name.empty()) path += "/" + PercentEncoded(object.name);
  if (!object.subresource.empty()) {
    path += "/" + PercentEncoded(object.subresource);
  }
  return path;
}

std::string QueryText(const Query& query) {
  std::string text;
  for (const auto& [name, value] : query) {
    if (value.empty()) continue;
    text += (text.empty() ? "?" : "&") + name + "=" + PercentEncoded(value);
  }
  return text;
}

}  // namespace prewarm::kube
