// A file of declarations: what is accepted keeps the promises of policy.h and
// local_targets.h.
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

void CheckProcess(const prewarm::LocalProcess& process) {
  Require(!process.name.empty() && !process.namespace_name.empty());
  Require(!process.command.empty() && !process.command.front().empty());
  Require(process.first_port >= 1024 && process.last_port <= 65535);
  Require(process.most_instances() >= 1);
  Require(process.stop_timeout.count() >= 0);
  Require(!process.host.empty());
  for (const auto& [name, value] : process.environment) {
    Require(!name.empty() && name.find('=') == std::string::npos);
    Require(value.find('\0') == std::string::npos);
  }
}

void CheckUrls(const prewarm::FixedUrls& fixed) {
  Require(!fixed.name.empty() && !fixed.namespace_name.empty());
  Require(!fixed.urls.empty());
  Require(fixed.admin_urls.empty() ||
          fixed.admin_urls.size() == fixed.urls.size());
  Require(std::set<std::string>(fixed.urls.begin(), fixed.urls.end()).size() ==
          fixed.urls.size());
  for (const std::string& url : fixed.urls) {
    Require(url.find("http") == 0 && url.back() != '/');
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const auto all = prewarm::ReadDeclarations(
      {{"f.yaml", std::string(reinterpret_cast<const char*>(data), size)}});
  if (!all.ok()) {
    Require(all.error().message.find("f.yaml") == 0);
    return 0;
  }
  Require(!all->policies.empty() || !all->local_processes.empty() ||
          !all->fixed_urls.empty());
  for (const prewarm::Policy& policy : all->policies) CheckPolicy(policy);
  for (const auto& process : all->local_processes) CheckProcess(process);
  for (const auto& fixed : all->fixed_urls) CheckUrls(fixed);
  return 0;
}
