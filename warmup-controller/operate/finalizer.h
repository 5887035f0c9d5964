// Our finalizer on a policy: what it has raised is given back before it goes.
#pragma once

#include "common/base/result.h"
#include "warmup-controller/kube/api.h"
#include "warmup-controller/kube/resource.h"
#include "warmup-controller/operate/policy_object.h"

namespace prewarm {

inline const kube::ResourceType kPolicies{"prewarm.dev", "v1alpha1",
                                          "prewarmpolicies"};

// Blocks. Others' finalizers stay; kConflict where somebody writes all the
// time.
Status WriteFinalizer(kube::Api* api, const PolicyObject& object, bool add);

}  // namespace prewarm
