#include "warmup-controller/commands/simulate.h"

#include <algorithm>
#include <filesystem>
#include <optional>

#include "warmup-controller/calendar/instant_text.h"
#include "warmup-controller/commands/calendars.h"
#include "warmup-controller/commands/policy_files.h"
#include "warmup-controller/commands/text_file.h"
#include "warmup-controller/commands/times.h"
#include "warmup-controller/commands/wrap.h"
#include "warmup-controller/policy/duration.h"
#include "warmup-controller/simulate/report.h"
#include "warmup-controller/simulate/scenario.h"
#include "warmup-controller/simulate/trace.h"

namespace prewarm {
namespace {

struct Simulation {
  SimulatedTraffic traffic;
  std::vector<Scenario> scenarios;
  std::optional<Suggestion> suggestion;
  std::vector<Moment> arrivals;
  std::vector<std::string> missing;  // calendars
  std::vector<std::string> windows;  // of the policy as it was given
};

Error WithOption(const std::string& option, const Error& error) {
  return MakeError(ErrorCode::kInvalidArgument, option + ": " + error.message);
}

Result<Moment> DurationOption(const std::string& option,
                              const std::string& text) {
  const auto time = ParseDuration(text);
  if (!time.ok()) return WithOption(option, time.error());
  return Moment{std::chrono::microseconds(*time).count()};
}

Result<DurationModel> ModelOption(const std::string& option,
                                  const std::string& text) {
  auto model = DurationModel::Parse(text);
  if (model.ok()) return model;
  return WithOption(option, model.error());
}

Result<std::vector<std::chrono::minutes>> KeepAliveOption(
    const std::string& text) {
  constexpr std::chrono::minutes kLongest{24 * 60};
  constexpr std::size_t kMost = 100;
  std::vector<std::chrono::minutes> all;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    const auto time = ParseDuration(text.substr(at, comma - at));
    if (!time.ok()) return WithOption("--keepalive", time.error());
    const auto minutes =
        std::chrono::duration_cast<std::chrono::minutes>(*time);
    if (minutes != *time || minutes > kLongest || all.size() == kMost) {
      return MakeError(ErrorCode::kInvalidArgument,
                       "--keepalive: expected at most 100 whole minutes, of a "
                       "day at most, as 5m,10m");
    }
    all.push_back(minutes);
    at = comma + 1;
  }
  return all;
}

Result<ScenarioOptions> ScenarioOptionsOf(const SimulateOptions& options,
                                          const Policy& policy) {
  ScenarioOptions scenario;
  FleetOptions& fleet = scenario.fleet;
  PREWARM_ASSIGN_OR_RETURN(fleet.service,
                           ModelOption("--service", options.service));
  PREWARM_ASSIGN_OR_RETURN(fleet.cold_start,
                           ModelOption("--cold-start", options.cold_start));
  PREWARM_ASSIGN_OR_RETURN(fleet.stopping,
                           DurationOption("--stopping", options.stopping));
  PREWARM_ASSIGN_OR_RETURN(
      scenario.idle_timeout,
      DurationOption("--idle-timeout", options.idle_timeout));
  VisitModel& visits = scenario.visits;
  PREWARM_ASSIGN_OR_RETURN(visits.think,
                           ModelOption("--think-time", options.think_time));
  PREWARM_ASSIGN_OR_RETURN(visits.time_to_live,
                           DurationOption("--intent-ttl", options.intent_ttl));
  visits.conversion = options.conversion;
  visits.seed = options.seed;
  PREWARM_ASSIGN_OR_RETURN(scenario.keep_alive,
                           KeepAliveOption(options.keep_alive));
  fleet.concurrency = options.concurrency;
  fleet.max_instances = options.max_instances > 0
                            ? options.max_instances
                            : std::min(policy.max_replicas, 1000);
  fleet.seed = options.seed;
  scenario.always_on = std::min(options.always_on, fleet.max_instances);
  scenario.price_per_instance_hour = options.price;
  return scenario;
}

// The part of the trace between --from and --until.
Status Cut(const SimulateOptions& options, SimulatedTraffic* traffic,
           std::vector<Moment>* arrivals) {
  const Moment first = traffic->begin;
  if (!options.from.empty()) {
    PREWARM_ASSIGN_OR_RETURN(const Instant from,
                             ParseTimeOption("--from", options.from));
    traffic->begin = std::max(traffic->begin, MomentOf(from));
  }
  if (!options.until.empty()) {
    PREWARM_ASSIGN_OR_RETURN(const Instant until,
                             ParseTimeOption("--until", options.until));
    traffic->end = std::min(traffic->end, MomentOf(until));
  }
  if (traffic->begin >= traffic->end) {
    return MakeError(ErrorCode::kInvalidArgument,
                     "--from, --until: nothing of the trace is between them; "
                     "it goes from " +
                         FormatInstant(InstantOf(first)) + " to " +
                         FormatInstant(InstantOf(traffic->trace_end)));
  }
  arrivals->erase(
      std::lower_bound(arrivals->begin(), arrivals->end(), traffic->end),
      arrivals->end());
  arrivals->erase(
      arrivals->begin(),
      std::lower_bound(arrivals->begin(), arrivals->end(), traffic->begin));
  return Ok{};
}

Result<Policy> OnePolicy(const SimulateOptions& options, std::istream& in) {
  PREWARM_ASSIGN_OR_RETURN(std::vector<Policy> policies,
                           ReadPolicyFiles({options.policy}, in));
  if (policies.size() == 1) return std::move(policies.front());
  return MakeError(ErrorCode::kInvalidArgument,
                   options.policy + ": holds " +
                       std::to_string(policies.size()) +
                       " policies, expected one to simulate");
}

Result<Simulation> Simulated(const SimulateOptions& options, std::istream& in) {
  PREWARM_ASSIGN_OR_RETURN(const Policy policy, OnePolicy(options, in));
  PREWARM_ASSIGN_OR_RETURN(const ScenarioOptions scenario,
                           ScenarioOptionsOf(options, policy));
  PREWARM_ASSIGN_OR_RETURN(const ConfigMapFiles config_maps,
                           ConfigMapsOf(options.calendars));
  PREWARM_ASSIGN_OR_RETURN(const std::string text,
                           ReadTextFile(options.trace, kMaxTraceBytes));
  const auto trace = ReadTrace(text);
  if (!trace.ok()) return WithOption(options.trace, trace.error());
  PREWARM_ASSIGN_OR_RETURN(std::vector<Moment> arrivals,
                           ArrivalsOf(*trace, options.scale, options.seed));
  Simulation simulation;
  simulation.traffic = {
      policy.namespace_name + "/" + policy.name,
      std::filesystem::path(options.trace).filename().string(),
      trace->begin(),
      trace->end(),
      options.scale,
      options.seed,
      options.service,
      options.cold_start,
      options.price,
      trace->end()};
  SimulatedTraffic& traffic = simulation.traffic;
  PREWARM_RETURN_IF_ERROR(Cut(options, &traffic, &arrivals));
  const auto day = [](Moment at) {
    return CivilDay(Zone::Utc().MinuteAt(InstantOf(at)));
  };
  constexpr int kReachDays = 32;  // of a window that began before
  PREWARM_ASSIGN_OR_RETURN(
      const Calendars calendars,
      ReadCalendars(policy, config_maps, day(traffic.begin) - kReachDays,
                    day(traffic.end) + kReachDays));
  simulation.missing = calendars.missing;
  if (options.suggest >= 0) {
    for (const Window& window : policy.windows) {
      simulation.windows.push_back(window.name);
    }
    simulation.suggestion =
        SuggestWindows(policy, scenario, arrivals, traffic.begin, traffic.end,
                       options.suggest);
  } else {
    const Schedule schedule(policy, calendars.days);
    simulation.scenarios = RunScenarios(policy, schedule, scenario, arrivals,
                                        traffic.begin, traffic.end);
  }
  simulation.arrivals = std::move(arrivals);
  return simulation;
}

void Print(const SimulateOptions& options, const Simulation& simulation,
           std::ostream& out) {
  const SimulatedTraffic& traffic = simulation.traffic;
  if (options.output == "json") {
    out << SimulationJson(traffic, simulation.scenarios);
  } else if (options.output == "html") {
    out << SimulationHtml(traffic, simulation.scenarios, simulation.arrivals);
  } else {
    out << SimulationTable(traffic, simulation.scenarios);
  }
}

void PrintSuggestion(const SimulateOptions& options,
                     const Simulation& simulation, std::ostream& out,
                     std::ostream& err) {
  const SimulatedTraffic& traffic = simulation.traffic;
  const Suggestion& suggestion = *simulation.suggestion;
  if (!suggestion.reaches_goal) {
    err << Wrapped(
        "note: no windows reach --suggest; these have the fewest cold "
        "requests");
  }
  const double hours =
      static_cast<double>(traffic.end - traffic.begin) / kSecond / 3600;
  out << (options.output == "json"
              ? SuggestionJson(traffic, suggestion)
              : SuggestionYaml(traffic, suggestion, hours * options.always_on,
                               simulation.windows));
}

}  // namespace

int SimulatePolicy(const SimulateOptions& options, std::istream& in,
                   std::ostream& out, std::ostream& err) {
  if (options.suggest >= 0 && options.output == "html") {
    err << Wrapped("--suggest prints a policy, as YAML or with --output json");
    return 1;
  }
  const auto simulation = Simulated(options, in);
  if (!simulation.ok()) {
    err << Wrapped(simulation.error().message);
    return 1;
  }
  TellMissing(simulation->missing, err);
  if (simulation->suggestion) {
    PrintSuggestion(options, *simulation, out, err);
  } else {
    Print(options, *simulation, out);
  }
  return 0;
}

}  // namespace prewarm
