#include "warmup-controller/kube/call_name.h"

#include <sstream>
#include <vector>

namespace prewarm::kube {
namespace {

// What follows the version: a resource, perhaps a name, perhaps a part of it.
std::vector<std::string> PartsOf(const std::string& path) {
  std::istringstream text(path.substr(0, path.find('?')));
  std::vector<std::string> parts;
  for (std::string part; std::getline(text, part, '/');) {
    if (!part.empty()) parts.push_back(part);
  }
  // api/V or apis/GROUP/V
  const std::size_t head = parts.empty() || parts.front() == "api" ? 2 : 3;
  if (parts.size() <= head) return {};
  parts.erase(parts.begin(), parts.begin() + static_cast<long>(head));
  if (parts.size() > 2 && parts.front() == "namespaces") {
    parts.erase(parts.begin(), parts.begin() + 2);
  }
  return parts;
}

std::string ResourceIn(const std::vector<std::string>& parts) {
  if (parts.empty()) return "discovery";
  return parts.size() > 2 ? parts[0] + "/" + parts[2] : parts[0];
}

}  // namespace

CallName NameOfCall(const std::string& method, const std::string& path) {
  const auto parts = PartsOf(path);
  CallName name;
  name.resource = ResourceIn(parts);
  if (method == "GET") {
    name.verb = parts.size() == 1 ? "list" : "get";
  } else if (method == "POST") {
    name.verb = "create";
  } else if (method == "PUT") {
    name.verb = "update";
  } else {
    name.verb = method == "PATCH" ? "patch" : "delete";
  }
  return name;
}

CallName NameOfWatch(const std::string& path) {
  return {"watch", ResourceIn(PartsOf(path))};
}

}  // namespace prewarm::kube
