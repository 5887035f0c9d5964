#include "warmup-controller/simulate/scenario.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "warmup-controller/decide/demand.h"
#include "warmup-controller/simulate/cron_scaler.h"
#include "warmup-controller/simulate/fixed_scaler.h"
#include "warmup-controller/simulate/histogram_scaler.h"
#include "warmup-controller/simulate/oracle.h"

namespace prewarm {
namespace {

// KEDA's default cooldownPeriod.
constexpr Moment kCooldown = 300 * kSecond;
constexpr double kSecondsPerHour = 3600;

class Runner {
 public:
  Runner(const Policy& policy, const Schedule& schedule,
         const ScenarioOptions& options, const std::vector<Moment>& arrivals,
         Moment begin, Moment end)
      : policy_(policy),
        schedule_(schedule),
        options_(options),
        arrivals_(arrivals),
        begin_(begin),
        end_(end) {
    if (!policy.intent.enabled) return;
    intents_ = IntentsOf(arrivals, VisitsOf(policy, options), StatsOf(options));
  }

  std::vector<Scenario> All() {
    RunPolicy("policy", policy_);
    if (policy_.intent.enabled && !policy_.windows.empty()) {
      Policy alone = policy_;
      alone.intent.enabled = false;
      RunPolicy("schedule_only", alone);
      alone = policy_;
      alone.windows.clear();
      RunPolicy("intent_only", alone);
    }
    Add("always_on", SimulateAlwaysOn(options_, arrivals_, begin_, end_));
    for (const std::chrono::minutes minutes : options_.keep_alive) {
      FixedScaler keep(0, minutes.count() * kMinute);
      Run("keepalive_" + std::to_string(minutes.count()) + "m", &keep);
    }
    CronScaler cron(
        DemandOver(policy_, schedule_, InstantOf(begin_), InstantAfter(end_)),
        kCooldown);
    Run("keda_cron", &cron);
    HistogramScaler histogram;
    Run("hybrid_histogram", &histogram);
    Add("oracle", SimulateOracle(options_.fleet, arrivals_, begin_, end_));
    return std::move(scenarios_);
  }

 private:
  void RunPolicy(const std::string& name, const Policy& policy) {
    const Schedule without_windows(policy);
    const Schedule& schedule =
        policy.windows.empty() ? without_windows : schedule_;
    PolicyScaler scaler(policy, schedule, options_.idle_timeout, intents_,
                        end_);
    Run(name, &scaler);
    if (!policy.windows.empty()) {
      scenarios_.back().punctuality = scaler.punctuality();
    }
  }

  void Run(const std::string& name, Scaler* scaler) {
    Add(name, Simulate(options_.fleet, arrivals_, begin_, end_, scaler));
  }

  void Add(const std::string& name, FleetResult result) {
    Scenario scenario;
    scenario.name = name;
    scenario.requests = result.requests;
    scenario.cold_requests = result.cold_requests;
    scenario.starts = result.starts;
    scenario.wait_seconds =
        QuantilesOf(std::move(result.waits), result.requests);
    result.waits.clear();
    scenario.instance_hours = result.instance_seconds / kSecondsPerHour;
    scenario.cost = scenario.instance_hours * options_.price_per_instance_hour;
    scenario.fleet = std::move(result);
    scenarios_.push_back(std::move(scenario));
  }

  const Policy& policy_;
  const Schedule& schedule_;
  const ScenarioOptions& options_;
  const std::vector<Moment>& arrivals_;
  Moment begin_;
  Moment end_;
  std::vector<IntentStep> intents_;
  std::vector<Scenario> scenarios_;
};

}  // namespace

FleetResult SimulateAlwaysOn(const ScenarioOptions& options,
                             const std::vector<Moment>& arrivals, Moment begin,
                             Moment end) {
  FixedScaler always(options.always_on, options.idle_timeout);
  return Simulate(options.fleet, arrivals, begin, end, &always);
}

VisitModel VisitsOf(const Policy& policy, const ScenarioOptions& options) {
  VisitModel visits = options.visits;
  if (policy.intent.ttl) visits.at_most = policy.intent.ttl->count() * kSecond;
  return visits;
}

IntentStats StatsOf(const ScenarioOptions& options) {
  return {options.visits.conversion, options.visits.think.median_seconds(),
          options.fleet.service.median_seconds(), options.fleet.concurrency};
}

WaitQuantiles QuantilesOf(std::vector<float> waits, std::int64_t requests) {
  std::sort(waits.begin(), waits.end());
  const std::int64_t none = requests - static_cast<std::int64_t>(waits.size());
  const auto rank = [&](double share) {
    const auto place = static_cast<std::int64_t>(
        std::ceil(share * static_cast<double>(requests)));
    const std::int64_t index = place - 1 - none;
    return index < 0 ? 0.0 : waits[static_cast<std::size_t>(index)];
  };
  if (requests == 0) return {};
  return {rank(0.5), rank(0.95), rank(0.99), rank(1)};
}

std::vector<Scenario> RunScenarios(const Policy& policy,
                                   const Schedule& schedule,
                                   const ScenarioOptions& options,
                                   const std::vector<Moment>& arrivals,
                                   Moment begin, Moment end) {
  return Runner(policy, schedule, options, arrivals, begin, end).All();
}

}  // namespace prewarm
