// A CustomResourceDefinition, brought up to date on a server that has it.
#pragma once

#include <string>

#include "common/base/result.h"
#include "warmup-controller/kube/api.h"

namespace prewarm::kube {

// On the definition: which version of the program wrote it.
inline constexpr char kVersionMark[] = "prewarm.dev/version";

struct ServerVersion {
  int major = 0;
  int minor = 0;
};

// What GET /version answers; 0.0 where it can't be read. "20+" is 20.
ServerVersion VersionOf(const Json& answer);
// Before 1.25 servers do not know CEL's rules, and a server-side apply of what
// they do not know is refused.
bool KnowsRules(const ServerVersion& server);
// Without x-kubernetes-validations, wherever they are in a schema; a field of
// an object that is called so stays.
Json WithoutRules(const Json& definition);
// Whether version `a` is before `b`: "0.9.3" is before "0.10.0". What is no
// version is before all that are.
bool IsEarlier(const std::string& a, const std::string& b);

struct DefinitionOutcome {
  std::string name;
  ServerVersion server;
  bool changed = false;
  std::string later;  // "": none; the version that is there and is left alone
};

// Server-side apply, by which it becomes ours, whoever made it; marked with
// `version`. kNotFound where the server has no such definition: to create one
// is not for us.
Result<DefinitionOutcome> UpdateDefinition(Api* api, const Json& definition,
                                           const std::string& version);

}  // namespace prewarm::kube
