// A file of policies: what is accepted keeps the promises of policy.h.
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>

#include "tests/fuzz/require.h"
#include "warmup-controller/policy/policy_reader.h"

using prewarm::Require;

namespace {

void CheckWindow(const prewarm::Window& window, const prewarm::Policy& policy) {
  Require(!window.name.empty());
  Require(window.replicas >= 1 && window.replicas <= policy.max_replicas);
  if (const auto* daily = std::get_if<prewarm::DailyTimes>(&window.times)) {
    Require(daily->days.any());
    Require(daily->from >= 0 && daily->from < 1440);
    Require(daily->until >= 1 && daily->until <= 1440);
    Require(daily->from != daily->until);
  }
  if (const auto* cron = std::get_if<prewarm::CronTimes>(&window.times)) {
    Require(cron->duration.count() >= 1);
  }
}

void CheckPolicy(const prewarm::Policy& policy) {
  Require(!policy.name.empty() && !policy.namespace_name.empty());
  Require(!policy.target.kind.empty() && !policy.target.name.empty());
  Require(policy.min_replicas >= 0);
  Require(policy.min_replicas <= policy.max_replicas);
  Require(policy.lead_time.min <= policy.lead_time.max);
  Require(policy.intent.replicas <= policy.intent.max_replicas);
  Require(!policy.windows.empty() || policy.intent.enabled);
  std::set<std::string> names;
  for (const prewarm::Window& window : policy.windows) {
    CheckWindow(window, policy);
    Require(names.insert(window.name).second);
  }
  for (std::size_t i = 0; i < policy.except.days.size(); ++i) {
    const prewarm::CivilDays& days = policy.except.days[i];
    Require(days.first < days.last);
    Require(i == 0 || policy.except.days[i - 1].last <= days.first);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const auto policies = prewarm::ReadPolicies(
      {{"f.yaml", std::string(reinterpret_cast<const char*>(data), size)}});
  if (!policies.ok()) {
    Require(policies.error().message.find("f.yaml") == 0);
    return 0;
  }
  Require(!policies->empty());
  for (const prewarm::Policy& policy : *policies) CheckPolicy(policy);
  return 0;
}
