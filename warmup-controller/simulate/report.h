// What a simulation tells.
#pragma once

#include <string>
#include <vector>

#include "warmup-controller/simulate/scenario.h"
#include "warmup-controller/simulate/suggest.h"

namespace prewarm {

// What was simulated.
struct SimulatedTraffic {
  std::string policy;  // namespace/name
  std::string trace;   // its file
  Moment begin = 0;
  Moment end = 0;
  double scale = 1;
  std::uint64_t seed = 1;
  std::string service;  // as DurationModel::Parse takes them
  std::string cold_start;
  double price_per_instance_hour = 0;
  Moment trace_end = 0;  // of all of it
};

// 80 columns.
std::string SimulationTable(const SimulatedTraffic& traffic,
                            const std::vector<Scenario>& scenarios);
// {"scenarios": [...]}, docs/simulation.md.
std::string SimulationJson(const SimulatedTraffic& traffic,
                           const std::vector<Scenario>& scenarios);

// A page by itself: no scripts, nothing to load.
std::string SimulationHtml(const SimulatedTraffic& traffic,
                           const std::vector<Scenario>& scenarios,
                           const std::vector<Moment>& arrivals);

// The suggested policy, with what it brings in comments before it. `always_on`:
// instance-hours; `replaced`: windows that the policy had and has no more.
std::string SuggestionYaml(const SimulatedTraffic& traffic,
                           const Suggestion& suggestion, double always_on,
                           const std::vector<std::string>& replaced);
// {"suggested": ..., "candidates": [...]}, docs/simulation.md.
std::string SuggestionJson(const SimulatedTraffic& traffic,
                           const Suggestion& suggestion);

}  // namespace prewarm
