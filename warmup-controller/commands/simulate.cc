#include "warmup-controller/commands/simulate.h"

#include <algorithm>
#include <filesystem>
#include <optional>

#include "warmup-controller/calendar/instant_text.h"
#include "warmup-controller/commands/calendars.h"
#include "warmup-controller/commands/policy_files.h"
#include "warmup-controller/commands/simulate_options.h"
#include "warmup-controller/commands/text_file.h"
#include "warmup-controller/commands/times.h"
#include "warmup-controller/commands/wrap.h"
#include "warmup-controller/simulate/report.h"
#include "warmup-controller/simulate/scenario.h"
#include "warmup-controller/simulate/trace.h"

namespace prewarm {
namespace {

struct Simulation {
  SimulatedTraffic traffic;
  std::vector<Scenario> scenarios;
  std::optional<Suggestion> suggestion;
  double always_on_hours = 0;  // beside a suggestion
  std::vector<Moment> arrivals;
  std::vector<std::string> missing;  // calendars
  std::vector<std::string> windows;  // of the policy as it was given
  std::vector<std::string> notes;
};

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

// What an operator has switched for now says nothing of recorded traffic.
void LeaveOutWhatIsForNow(Policy* policy, std::vector<std::string>* notes) {
  std::string left_out;
  if (policy->suspend) left_out = "suspend";
  if (policy->override_floor) {
    left_out += left_out.empty() ? "override" : " and override";
  }
  if (left_out.empty()) return;
  policy->suspend = false;
  policy->override_floor.reset();
  notes->push_back("left out of the simulation, and of a suggestion: " +
                   left_out + " of the policy");
}

Result<Simulation> Simulated(const SimulateOptions& options, std::istream& in) {
  Simulation simulation;
  PREWARM_ASSIGN_OR_RETURN(Policy policy, OnePolicy(options, in));
  LeaveOutWhatIsForNow(&policy, &simulation.notes);
  PREWARM_ASSIGN_OR_RETURN(
      const ScenarioOptions scenario,
      ScenarioOptionsOf(options, policy, &simulation.notes));
  PREWARM_ASSIGN_OR_RETURN(const ConfigMapFiles config_maps,
                           ConfigMapsOf(options.calendars));
  PREWARM_ASSIGN_OR_RETURN(
      const std::string text,
      ReadTextFile(options.trace, kMaxTraceBytes,
                   "name a file, as " +
                       (std::filesystem::path(options.trace) / "requests.csv")
                           .string()));
  const auto trace = ReadTrace(text);
  if (!trace.ok()) {
    return MakeError(ErrorCode::kInvalidArgument,
                     options.trace + ": " + trace.error().message);
  }
  PREWARM_ASSIGN_OR_RETURN(std::vector<Moment> arrivals,
                           ArrivalsOf(*trace, options.scale, options.seed));
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
                       options.suggest, calendars.days);
    simulation.always_on_hours =
        SimulateAlwaysOn(scenario, arrivals, traffic.begin, traffic.end)
            .instance_seconds /
        3600;
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
  out << (options.output == "json"
              ? SuggestionJson(traffic, suggestion)
              : SuggestionYaml(traffic, suggestion, simulation.always_on_hours,
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
  for (const std::string& note : simulation->notes) {
    err << Wrapped("note: " + note);
  }
  if (simulation->suggestion) {
    PrintSuggestion(options, *simulation, out, err);
  } else {
    Print(options, *simulation, out);
  }
  return 0;
}

}  // namespace prewarm
