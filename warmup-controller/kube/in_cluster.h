// The credentials that every pod finds in itself.
#pragma once

#include <functional>
#include <string>

#include "common/base/result.h"
#include "warmup-controller/kube/access.h"

namespace prewarm::kube {

struct PodSurroundings {
  // A variable of the environment; "" if unset.
  std::function<std::string(const std::string& name)> variable;
  std::string folder = "/var/run/secrets/kubernetes.io/serviceaccount";
};

// kNotFound: this is no pod, or one without a service account; the message
// names the variable or file that is missing, and the field is its name.
Result<Access> InClusterAccess(const PodSurroundings& pod);

}  // namespace prewarm::kube
