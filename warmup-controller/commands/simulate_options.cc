#include "warmup-controller/commands/simulate_options.h"

#include <algorithm>
#include <chrono>

#include "warmup-controller/commands/text_file.h"
#include "warmup-controller/policy/duration.h"

namespace prewarm {
namespace {

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
  if (text.empty() || text.front() != '@') {
    auto model = DurationModel::Parse(text);
    if (model.ok()) return model;
    return WithOption(option, model.error());
  }
  const std::string path = text.substr(1);
  const auto lines = ReadTextFile(path);
  if (!lines.ok()) return WithOption(option, lines.error());
  if (lines->size() > kMaxTextBytes) {
    return MakeError(ErrorCode::kTooLarge,
                     option + ": " + path +
                         ": more than 1 MiB: some thousand lines will do");
  }
  auto model = DurationModel::ParseLines(*lines);
  if (model.ok()) return model;
  return MakeError(ErrorCode::kInvalidArgument,
                   option + ": " + path + ": " + model.error().message);
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
    if (std::find(all.begin(), all.end(), minutes) != all.end()) {
      return MakeError(ErrorCode::kInvalidArgument,
                       "--keepalive: " + FormatDuration(minutes) +
                           " is named twice, expected each once");
    }
    all.push_back(minutes);
    at = comma + 1;
  }
  return all;
}

int MaxInstances(const SimulateOptions& options, const Policy& policy,
                 std::vector<std::string>* notes) {
  if (options.max_instances > 0) return options.max_instances;
  constexpr int kMost = 1000;  // of FleetOptions
  if (policy.max_replicas <= kMost) return policy.max_replicas;
  notes->push_back("simulated with " + std::to_string(kMost) +
                   " instances at most, not with the " +
                   std::to_string(policy.max_replicas) + " of replicas.max");
  return kMost;
}

}  // namespace

Result<ScenarioOptions> ScenarioOptionsOf(const SimulateOptions& options,
                                          const Policy& policy,
                                          std::vector<std::string>* notes) {
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
  fleet.max_instances = MaxInstances(options, policy, notes);
  fleet.seed = options.seed;
  if (options.always_on > fleet.max_instances) {
    return MakeError(ErrorCode::kInvalidArgument,
                     "--always-on: got " + std::to_string(options.always_on) +
                         ", expected at most " +
                         std::to_string(fleet.max_instances) +
                         ", the most instances there are; see "
                         "--max-instances");
  }
  scenario.always_on = options.always_on;
  scenario.price_per_instance_hour = options.price;
  return scenario;
}

}  // namespace prewarm
