#include <nlohmann/json.hpp>

#include "warmup-controller/policy/write_policy.h"
#include "warmup-controller/simulate/report.h"

namespace prewarm {
namespace {

using nlohmann::ordered_json;

double Seconds(Moment moment) {
  return static_cast<double>(moment) / static_cast<double>(kSecond);
}

ordered_json JsonOf(const Scenario& scenario) {
  const WaitQuantiles& waits = scenario.wait_seconds;
  ordered_json json = {{"name", scenario.name},
                       {"requests", scenario.requests},
                       {"cold_requests", scenario.cold_requests},
                       {"wait_seconds",
                        {{"p50", waits.p50},
                         {"p95", waits.p95},
                         {"p99", waits.p99},
                         {"max", waits.max}}},
                       {"instance_hours", scenario.instance_hours},
                       {"cost", scenario.cost},
                       {"starts", scenario.starts}};
  if (scenario.punctuality) {
    json["openings"] = scenario.punctuality->openings;
    json["punctual"] = scenario.punctuality->punctual;
  }
  return json;
}

ordered_json JsonOf(const SimulatedTraffic& traffic) {
  return {{"policy", traffic.policy},
          {"trace", traffic.trace},
          {"begin", Seconds(traffic.begin)},
          {"end", Seconds(traffic.end)},
          {"scale", traffic.scale},
          {"seed", traffic.seed},
          {"service", traffic.service},
          {"cold_start", traffic.cold_start},
          {"price_per_instance_hour", traffic.price_per_instance_hour}};
}

ordered_json JsonOf(const Candidate& candidate) {
  return {{"how", candidate.how},
          {"windows", candidate.policy.windows.size()},
          {"cold_requests", candidate.cold_requests},
          {"cold_share", candidate.cold_share},
          {"wait_p99", candidate.wait_p99},
          {"instance_hours", candidate.instance_hours}};
}

std::string Text(const ordered_json& json) {
  // A file's name may be no UTF-8.
  return json.dump(1, ' ', false, ordered_json::error_handler_t::replace) +
         "\n";
}

}  // namespace

std::string SimulationJson(const SimulatedTraffic& traffic,
                           const std::vector<Scenario>& scenarios) {
  auto list = ordered_json::array();
  for (const Scenario& scenario : scenarios) list.push_back(JsonOf(scenario));
  return Text({{"traffic", JsonOf(traffic)}, {"scenarios", list}});
}

std::string SuggestionJson(const SimulatedTraffic& traffic,
                           const Suggestion& suggestion) {
  auto list = ordered_json::array();
  for (const Candidate& candidate : suggestion.candidates) {
    list.push_back(JsonOf(candidate));
  }
  return Text(
      {{"traffic", JsonOf(traffic)},
       {"reaches_goal", suggestion.reaches_goal},
       {"suggested", suggestion.best},
       {"policy", WritePolicy(suggestion.candidates[suggestion.best].policy)},
       {"candidates", list}});
}

}  // namespace prewarm
