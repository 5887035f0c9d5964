#include <algorithm>

#include "warmup-controller/plots/format.h"
#include "warmup-controller/policy/dates.h"
#include "warmup-controller/policy/write_policy.h"
#include "warmup-controller/simulate/report.h"
#include "warmup-controller/simulate/report_words.h"

namespace prewarm {
namespace {

// Four characters at most: seconds, minutes or hours.
std::string Wait(double seconds) {
  if (seconds == 0) return "0";
  if (seconds < 9.95) return Format("%.1fs", seconds);
  if (seconds < 599.5) return Format("%.0fs", seconds);
  if (seconds < 59970) return Format("%.0fm", seconds / 60);
  return Format("%.0fh", seconds / 3600);
}

double Share(std::int64_t part, std::int64_t whole) {
  return whole == 0
             ? 0
             : 100 * static_cast<double>(part) / static_cast<double>(whole);
}

std::string Row(const Scenario& scenario, double always_on_hours) {
  const WaitQuantiles& waits = scenario.wait_seconds;
  const double share =
      always_on_hours > 0 ? 100 * scenario.instance_hours / always_on_hours : 0;
  return Format(
      "%-16s %7lld %6.2f%% %5s %5s %5s %5s %8.1f %5.1f%% %7.2f\n",
      scenario.name.c_str(), static_cast<long long>(scenario.cold_requests),
      Share(scenario.cold_requests, scenario.requests), Wait(waits.p50).c_str(),
      Wait(waits.p95).c_str(), Wait(waits.p99).c_str(), Wait(waits.max).c_str(),
      scenario.instance_hours, share, scenario.cost);
}

}  // namespace

std::string SimulationTable(const SimulatedTraffic& traffic,
                            const std::vector<Scenario>& scenarios) {
  std::string table =
      Format("%s in %s, seed %llu; service %s, cold start %s\n\n",
             Requests(scenarios.front().requests).c_str(),
             Length(traffic.begin, traffic.end).c_str(),
             static_cast<unsigned long long>(traffic.seed),
             traffic.service.substr(0, 20).c_str(),
             traffic.cold_start.substr(0, 20).c_str());
  table +=
      "                    cold         wait                   instance    of\n"
      "scenario        requests           p50   p95   p99   max    hours always"
      "    cost\n";
  double always_on = 0;
  for (const Scenario& scenario : scenarios) {
    if (scenario.name == "always_on") always_on = scenario.instance_hours;
  }
  for (const Scenario& scenario : scenarios) {
    table += Row(scenario, always_on);
  }
  std::string_view before = "\n";
  for (const Scenario& scenario : scenarios) {
    if (!scenario.punctuality) continue;
    table += std::string(before) + scenario.name + ": " +
             InTime(*scenario.punctuality) + "\n";
    before = "";
  }
  return table;
}

std::string SuggestionYaml(const SimulatedTraffic& traffic,
                           const Suggestion& suggestion, double always_on,
                           const std::vector<std::string>& replaced) {
  const Candidate& best = suggestion.candidates[suggestion.best];
  std::string text =
      "# Suggested by warmup-controller simulate: " + best.how + ".\n";
  text += Format(
      "# On the traffic that it was found on: %.2f%% cold, wait p99 "
      "%s,\n",
      100 * best.cold_share, Wait(best.wait_p99).c_str());
  text += Format("# %.1f instance-hours, %.1f%% of always-on.\n",
                 best.instance_hours,
                 always_on > 0 ? 100 * best.instance_hours / always_on : 0);
  if (!replaced.empty()) {
    text += "# In place of your windows:";
    for (const std::string& name : replaced) text += " " + name;
    text += ". Add again those\n# for days that this traffic does not have.\n";
  }
  text += traffic.end < traffic.trace_end
              ? "# Judge it on other traffic: simulate --from " +
                    FormatInstant(InstantAfter(traffic.end)) + ".\n"
              : "# Found on all of the trace: run it again with --until before "
                "its end, and\n# judge it by simulate --from there.\n";
  return text + WritePolicy(best.policy);
}

}  // namespace prewarm
