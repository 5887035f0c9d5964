// The names under which a target is known.
#pragma once

#include <string>

#include "warmup-controller/policy/policy.h"

namespace prewarm {

struct TargetKey {
  std::string namespace_name;
  std::string kind;
  std::string name;

  std::string Full() const {  // "shop/Deployment/server"
    return namespace_name + "/" + kind + "/" + name;
  }
  // Visitors know a target without its kind: "shop/server".
  std::string Short() const { return namespace_name + "/" + name; }
};

inline TargetKey KeyOf(const Policy& policy) {
  return {policy.namespace_name, policy.target.kind, policy.target.name};
}

}  // namespace prewarm
