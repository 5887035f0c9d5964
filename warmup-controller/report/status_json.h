// The wire forms of a status: names in camelCase as in the status of a
// Kubernetes object, instants in RFC 3339 of UTC, times in seconds, null for
// what is not known. Text that is no UTF-8 is made so. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "common/base/result.h"
#include "warmup-controller/report/status.h"

namespace prewarm {

inline constexpr std::size_t kMaxPoliciesInPage = 1000;
inline constexpr std::size_t kMaxInstancesInTarget = 1000;

std::string PolicyStatusJson(const PolicyStatus& policy);

struct PolicyPage {
  std::size_t limit = 500;  // 1 to kMaxPoliciesInPage
  // Only policies after this one, "namespace/name"; "": from the first on.
  std::string after;
  // Only policies whose "namespace/name" has this in it; "": all.
  std::string contains;
};
// {"at", "items": [...], "continue", "refused"}: by namespace and name;
// `continue` is the `after` of the next page, null in the last; `refused` what
// is wrong with newer declarations, null where nothing is. Policies that come
// or go between two pages are in neither twice. kInvalidArgument: `after` has
// no slash.
Result<std::string> PolicyListJson(const ControllerStatus& status,
                                   const PolicyPage& page,
                                   const std::string& refused = "");

enum class TargetDetail {
  kForVisitors,   // the state and numbers
  kForOperators,  // kind, trouble and instances with URLs and errors as well
};
std::string TargetStatusJson(const TargetStatus& target, TargetDetail detail);

// Of `etaSeconds`: to a tenth of a second, rounded up; never negative.
std::optional<double> EtaSeconds(const TargetStatus& target);

}  // namespace prewarm
