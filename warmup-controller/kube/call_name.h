// What a call of the API server is called in metrics: few and known words.
// Pure.
#pragma once

#include <string>

namespace prewarm::kube {

struct CallName {
  std::string verb;      // as RBAC says it: "get", "list", "patch", ...
  std::string resource;  // "pods", "pods/status"; "discovery"
};

// Of a method and a path, with or without its query.
CallName NameOfCall(const std::string& method, const std::string& path);
CallName NameOfWatch(const std::string& path);

}  // namespace prewarm::kube
