// An autoscaler's minimum and our mark beside it, in one guarded write. Pure.
#pragma once

#include <optional>

#include "warmup-controller/cluster/objects.h"
#include "warmup-controller/floor/floor_mark.h"
#include "warmup-controller/kube/api.h"
#include "warmup-controller/kube/resource.h"

namespace prewarm {

// `minimum` unset: it stays; `mark` unset: it goes.
kube::ApiRequest MinimumRequest(const kube::ResourceType& type,
                                const AutoscalerSeen& autoscaler,
                                std::optional<int> minimum,
                                const std::optional<FloorMark>& mark);

}  // namespace prewarm
