// Policies as the loop would plan them.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "tests/unit/schedule/plan.h"
#include "warmup-controller/reconcile/outlook.h"

namespace prewarm {

// Its windows' own times, of UTC; each has a lead of a minute.
inline Policy PlainPolicy(std::vector<Window> windows) {
  Policy policy = PolicyOf("UTC", std::move(windows));
  policy.namespace_name = "shop";
  policy.name = "hours";
  policy.target = {"apps/v1", "Deployment", "server"};
  policy.max_replicas = 20;
  for (std::size_t i = 0; i < policy.windows.size(); ++i) {
    policy.windows[i].name = "window-" + std::to_string(i);
  }
  policy.lead_time.mode = LeadTime::Mode::kFixed;
  policy.lead_time.fixed = std::chrono::minutes(1);
  policy.scale_down.delay = std::chrono::minutes(0);
  policy.scale_down.keep_if_next_window_within = std::chrono::minutes(0);
  return policy;
}

inline Outlook OutlookOf(const Policy& policy,
                         const MakespanModel& model = {}) {
  return {policy, std::make_shared<const Schedule>(policy), model, {}};
}

}  // namespace prewarm
