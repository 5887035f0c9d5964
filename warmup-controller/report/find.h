// One of many in a status.
#pragma once

#include <memory>
#include <string_view>

#include "warmup-controller/report/status.h"

namespace prewarm {

// Null where there is none. Of targets of several kinds with the same name it
// is the first.
std::shared_ptr<const PolicyStatus> FindPolicy(const ControllerStatus& status,
                                               std::string_view namespace_name,
                                               std::string_view name);
std::shared_ptr<const TargetStatus> FindTarget(const ControllerStatus& status,
                                               std::string_view namespace_name,
                                               std::string_view name);

}  // namespace prewarm
