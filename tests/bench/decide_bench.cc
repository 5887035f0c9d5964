// Speed of decisions as one JSON object, in time of one CPU: all decisions
// about 10,000 policies with 100,000 instances, the order of 10,000 writes that
// are due together, and the plans of 1,000 policies for a year.
#include <sys/resource.h>

#include <cstdio>
#include <ctime>
#include <string>
#include <vector>

#include "warmup-controller/decide/decide.h"
#include "warmup-controller/decide/lead_time.h"
#include "warmup-controller/decide/write_order.h"
#include "warmup-controller/plan/transition.h"
#include "warmup-controller/simulate/fleet.h"
#include "warmup-controller/simulate/policy_scaler.h"
#include "warmup-controller/simulate/trace.h"

namespace prewarm {
namespace {

const Instant kBegin = Zone::Utc().At(CivilMinute(2026, 1, 1, 0, 0)).first;
const Instant kEnd = Zone::Utc().At(CivilMinute(2027, 1, 1, 0, 0)).first;

double SecondsSince(std::clock_t start) {
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

Policy PolicyNumber(int number) {
  const char* zones[] = {"Europe/Berlin", "America/New_York", "Asia/Tokyo",
                         "Australia/Lord_Howe", "UTC"};
  Policy policy;
  policy.namespace_name = "shop-" + std::to_string(number % 100);
  policy.name = "policy-" + std::to_string(number);
  policy.zone = *Zone::Load(zones[number % 5]);
  policy.max_replicas = 20;
  Window hours;
  hours.name = "hours";
  hours.times = DailyTimes{std::bitset<7>("0111110"), 480 + number % 120, 1080};
  hours.replicas = 3;
  Window drop;
  drop.name = "drop";
  drop.times =
      CronTimes{*Cron::Parse("0 20 * * THU"), std::chrono::minutes(90)};
  drop.replicas = 10;
  policy.windows = {hours, drop};
  return policy;
}

struct Target {
  Policy policy;
  Schedule schedule;
  std::function<std::chrono::seconds(int)> lead;
  Observed observed;
};

Target TargetNumber(int number, Instant now) {
  const Policy policy = PolicyNumber(number);
  MakespanModel model;
  for (int i = 0; i < 20; ++i) {
    model.Add({1 + i % 10, 2, i % 7 == 0,
               std::chrono::milliseconds(8000 + 500 * i), false});
  }
  Target target{policy, Schedule(policy), LeadTimes(policy, model), {}};
  for (int i = 0; i < 10; ++i) {
    Instance instance;
    instance.id = policy.name + "-" + std::to_string(i);
    instance.phase =
        i % 4 == 0 ? Instance::Phase::kCold : Instance::Phase::kWarm;
    instance.since = now - std::chrono::seconds(60 * i);
    instance.proven_at = instance.since;
    target.observed.instances.push_back(instance);
  }
  return target;
}

void PrintDecisions() {
  constexpr int kPolicies = 10'000;
  const Instant now = kBegin + std::chrono::hours(24 * 40 + 8);
  std::vector<Target> targets;
  targets.reserve(kPolicies);
  for (int i = 0; i < kPolicies; ++i) targets.push_back(TargetNumber(i, now));
  // Twice: leads are learned at the first look.
  for (const char* name : {"decide_first_s", "decide_s"}) {
    long calls = 0;
    const std::clock_t start = std::clock();
    for (const Target& target : targets) {
      const Decision decision = Decide(target.policy, target.schedule,
                                       target.lead, target.observed, now);
      calls += static_cast<long>(decision.care.warm.size()) + decision.warm;
    }
    std::printf("  \"%s\": %.3f,\n", name, SecondsSince(start));
    if (calls == 0) std::abort();
  }
}

void PrintOrder() {
  std::vector<PendingWrite> pending;
  pending.reserve(10'000);
  for (int i = 0; i < 10'000; ++i) {
    pending.push_back({"shop-" + std::to_string(i % 100),
                       "policy-" + std::to_string(i), true, kBegin});
  }
  const std::clock_t start = std::clock();
  const auto order = WriteOrder(pending);
  std::printf("  \"order_10000_s\": %.3f,\n", SecondsSince(start));
  if (order.size() != pending.size()) std::abort();
}

void PrintPlan() {
  std::size_t count = 0;
  const std::clock_t start = std::clock();
  for (int i = 0; i < 1000; ++i) {
    const Policy policy = PolicyNumber(i);
    count +=
        PlanOf(policy, Schedule(policy), LeadTimes(policy, {}), kBegin, kEnd)
            .size();
  }
  std::printf("  \"plan_transitions\": %zu,\n  \"plan_year_s\": %.3f,\n", count,
              SecondsSince(start));
}

void PrintSimulation() {
  constexpr Moment kDays = Moment{60} * 86400 * kSecond;
  const Policy policy = PolicyNumber(0);
  const Schedule schedule(policy);
  Trace trace;
  trace.bins.push_back({MomentOf(kBegin), MomentOf(kBegin) + kDays, 10e6});
  const auto arrivals = ArrivalsOf(trace, 1, 1);
  FleetOptions fleet;
  fleet.service = DurationModel::Lognormal(1, 0.3);
  fleet.cold_start = DurationModel::Lognormal(30, 0.3);
  fleet.max_instances = policy.max_replicas;
  const std::vector<IntentStep> nobody;
  PolicyScaler scaler(policy, schedule, 300 * kSecond, nobody);
  const std::clock_t start = std::clock();
  const FleetResult result =
      Simulate(fleet, *arrivals, trace.begin(), trace.end(), &scaler);
  const double seconds = SecondsSince(start);
  std::printf("  \"simulate_s\": %.3f,\n  \"arrivals_per_s\": %.0f,\n", seconds,
              static_cast<double>(result.requests) / seconds);
}

}  // namespace
}  // namespace prewarm

int main() {
  std::puts("{");
  prewarm::PrintPlan();
  prewarm::PrintOrder();
  prewarm::PrintDecisions();
  rusage decided{};
  getrusage(RUSAGE_SELF, &decided);
  std::printf("  \"decide_peak_mb\": %.0f,\n",
              static_cast<double>(decided.ru_maxrss) / 1024);
  prewarm::PrintSimulation();
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf("  \"peak_mb\": %.0f\n}\n",
              static_cast<double>(usage.ru_maxrss) / 1024);
}
