// A policy beside what one would do without it, on the same traffic.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "warmup-controller/policy/policy.h"
#include "warmup-controller/schedule/schedule.h"
#include "warmup-controller/simulate/fleet.h"
#include "warmup-controller/simulate/policy_scaler.h"
#include "warmup-controller/simulate/trace.h"
#include "warmup-controller/simulate/visits.h"

namespace prewarm {

struct ScenarioOptions {
  FleetOptions fleet;
  // Of the autoscaler beneath a policy: what is above its floor is let go of.
  Moment idle_timeout = 60 * kSecond;
  VisitModel visits;  // for policies with intents
  std::vector<std::chrono::minutes> keep_alive = {
      std::chrono::minutes(5), std::chrono::minutes(10),
      std::chrono::minutes(15)};  // one scenario each
  // Instances of the scenario of that name, at most fleet.max_instances.
  int always_on = 1;
  double price_per_instance_hour = 0;
};

struct WaitQuantiles {
  double p50 = 0;
  double p95 = 0;
  double p99 = 0;
  double max = 0;
};

struct Scenario {
  std::string name;
  std::int64_t requests = 0;
  std::int64_t cold_requests = 0;
  std::int64_t starts = 0;
  WaitQuantiles wait_seconds;  // of all requests
  double instance_hours = 0;
  double cost = 0;
  std::optional<Punctuality> punctuality;  // of windows, where there are some
  FleetResult fleet;
};

// In this order: policy; where it has windows and listens to intents,
// schedule_only and intent_only as well; always_on, keepalive_5m and so on,
// keda_cron, hybrid_histogram, oracle. All of them see the same arrivals and
// service times; `begin` to `end` is what costs. Waits are nearest-rank
// quantiles (of 100 requests the p99 is the 99th).
std::vector<Scenario> RunScenarios(const Policy& policy,
                                   const Schedule& schedule,
                                   const ScenarioOptions& options,
                                   const std::vector<Moment>& arrivals,
                                   Moment begin, Moment end);

// always_on by itself, on the same requests.
FleetResult SimulateAlwaysOn(const ScenarioOptions& options,
                             const std::vector<Moment>& arrivals, Moment begin,
                             Moment end);

// Visitors as the policy counts them: no longer than spec.intent.ttl.
VisitModel VisitsOf(const Policy& policy, const ScenarioOptions& options);

// What intents are translated with: what the options say of visitors and
// requests.
IntentStats StatsOf(const ScenarioOptions& options);

// Of `waits` and, for the rest of `requests`, 0.
WaitQuantiles QuantilesOf(std::vector<float> waits, std::int64_t requests);

}  // namespace prewarm
