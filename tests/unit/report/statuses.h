// Statuses to begin with.
#pragma once

#include <memory>
#include <string>

#include "warmup-controller/report/status.h"

namespace prewarm {

// 2026-03-29 01:00:00 UTC.
inline constexpr Instant kThen{std::chrono::seconds(1774746000)};

inline PolicyStatus APolicy(const std::string& namespace_name,
                            const std::string& name) {
  PolicyStatus policy;
  policy.namespace_name = namespace_name;
  policy.name = name;
  policy.target_kind = "Deployment";
  policy.target_name = "server";
  policy.cause = "minimum";
  policy.cause_since = kThen;
  return policy;
}

inline void AddPolicy(PolicyStatus policy, ControllerStatus* status) {
  status->policies.push_back(
      std::make_shared<const PolicyStatus>(std::move(policy)));
}

inline TargetStatus ATarget(const std::string& namespace_name,
                            const std::string& name) {
  TargetStatus target;
  target.namespace_name = namespace_name;
  target.kind = "Deployment";
  target.name = name;
  target.state = "cold";
  return target;
}

inline void AddTarget(TargetStatus target, ControllerStatus* status) {
  status->targets.push_back(
      std::make_shared<const TargetStatus>(std::move(target)));
}

}  // namespace prewarm
