#include "warmup-controller/kube/resource.h"

namespace prewarm::kube {
namespace {

bool IsPlain(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
}

}  // namespace

std::string PercentEncoded(const std::string& text) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string encoded;
  for (const unsigned char c : text) {
    if (IsPlain(c)) {
      encoded += static_cast<char>(c);
    } else {
      encoded += {'%', kDigits[c >> 4U], kDigits[c & 15U]};
    }
  }
  return encoded;
}

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
