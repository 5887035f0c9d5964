#include "warmup-controller/simulate/suggest.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "warmup-controller/policy/duration.h"
#include "warmup-controller/simulate/weekly_load.h"

namespace prewarm {
namespace {

// A policy has no more (policy/limits.h).
constexpr std::size_t kMostWindows = 100;
// Shares of the busiest slot's load from which on a slot is in a window, and
// standard deviations of the load that floors leave room for.
constexpr double kBusy[] = {0,    0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3,
                            0.35, 0.4,  0.5,  0.6, 0.7,  0.8, 0.9};
constexpr double kRoom[] = {0, 1, 2, 3};
constexpr std::chrono::seconds kTimesToLive[] = {
    std::chrono::seconds(30),  std::chrono::seconds(60),
    std::chrono::seconds(90),  std::chrono::seconds(120),
    std::chrono::seconds(180), std::chrono::seconds(300)};

class Search {
 public:
  Search(const Policy& base, const ScenarioOptions& options,
         const std::vector<Moment>& arrivals, Moment begin, Moment end,
         const std::vector<CivilDays>& holidays)
      : base_(base),
        options_(options),
        arrivals_(arrivals),
        begin_(begin),
        end_(end),
        holidays_(holidays),
        intents_(Intents(base)) {}

  std::vector<Candidate> All() {
    if (base_.intent.enabled) Try({}, "no windows");
    for (const std::vector<DayGroup>& grouping : DayGroupings()) {
      std::vector<DayLoad> loads;
      double most = 0;
      for (const DayGroup& group : grouping) {
        loads.push_back(LoadOf(group, base_.zone, arrivals_, begin_, end_));
        most = std::max(
            most, *std::max_element(loads.back().begin(), loads.back().end()));
      }
      for (const double busy : kBusy) {
        for (const double room : kRoom) {
          TryLoads(grouping, loads, busy * most, room);
        }
      }
    }
    return std::exchange(candidates_, {});
  }

  // The same windows, with visitors who count no longer than so.
  std::vector<Candidate> WithTimesToLive(const Candidate& candidate) {
    for (const std::chrono::seconds time : kTimesToLive) {
      Policy policy = candidate.policy;
      policy.intent.ttl = time;
      Simulated(policy,
                candidate.how + ", a visitor counts for " +
                    FormatDuration(time) + " at most",
                Intents(policy));
    }
    return std::exchange(candidates_, {});
  }

 private:
  std::vector<IntentStep> Intents(const Policy& policy) const {
    if (!policy.intent.enabled) return {};
    return IntentsOf(arrivals_, VisitsOf(policy, options_), StatsOf(options_));
  }

  void TryLoads(const std::vector<DayGroup>& grouping,
                const std::vector<DayLoad>& loads, double least, double room) {
    std::vector<Window> windows;
    for (std::size_t g = 0; g < grouping.size(); ++g) {
      std::array<int, kSlotsPerDay> floors{};
      for (std::size_t slot = 0; slot < floors.size(); ++slot) {
        if (loads[g][slot] < least) continue;
        floors[slot] = FloorFor(loads[g][slot], room);
      }
      AddWindows(grouping[g], floors, &windows);
    }
    if (windows.empty() || windows.size() > kMostWindows) return;
    const std::string& days = grouping.front().name;
    Try(std::move(windows),
        "from " + std::to_string(static_cast<int>(std::ceil(least * 2))) +
            " requests an hour, " +
            (days == "day"    ? "all days alike"
             : days == "work" ? "work days and weekends"
                              : "each day of the week"));
  }

  // For the load in erlangs and some of its deviation.
  int FloorFor(double requests_per_slot, double room) const {
    const double load = requests_per_slot / (kSlotMinutes * 60) *
                        options_.fleet.service.median_seconds();
    const double most = load + room * std::sqrt(load);
    return std::clamp(
        static_cast<int>(std::ceil(most / options_.fleet.concurrency)), 1,
        base_.max_replicas);
  }

  void Try(std::vector<Window> windows, std::string how) {
    Policy policy = base_;
    policy.windows = std::move(windows);
    Simulated(policy, std::move(how), intents_);
  }

  void Simulated(const Policy& policy, std::string how,
                 const std::vector<IntentStep>& intents) {
    Candidate candidate;
    candidate.policy = policy;
    candidate.how = std::move(how);
    const Schedule schedule(candidate.policy, holidays_);
    PolicyScaler scaler(candidate.policy, schedule, options_.idle_timeout,
                        intents);
    FleetResult result =
        Simulate(options_.fleet, arrivals_, begin_, end_, &scaler);
    candidate.cold_requests = result.cold_requests;
    candidate.cold_share =
        static_cast<double>(result.cold_requests) /
        static_cast<double>(std::max<std::int64_t>(1, result.requests));
    candidate.wait_p99 =
        QuantilesOf(std::move(result.waits), result.requests).p99;
    candidate.instance_hours = result.instance_seconds / 3600;
    candidates_.push_back(std::move(candidate));
  }

  const Policy& base_;
  const ScenarioOptions& options_;
  const std::vector<Moment>& arrivals_;
  Moment begin_;
  Moment end_;
  const std::vector<CivilDays>& holidays_;
  const std::vector<IntentStep> intents_;  // as base counts them
  std::vector<Candidate> candidates_;
};

void FindBest(double most_cold_share, Suggestion* suggestion) {
  const auto& all = suggestion->candidates;
  suggestion->best = 0;
  suggestion->reaches_goal = false;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const bool reaches = all[i].cold_share <= most_cold_share;
    const Candidate& best = all[suggestion->best];
    const bool is_better =
        reaches
            ? !suggestion->reaches_goal ||
                  all[i].instance_hours < best.instance_hours
            : !suggestion->reaches_goal && all[i].cold_share < best.cold_share;
    if (!is_better) continue;
    suggestion->best = i;
    suggestion->reaches_goal = reaches;
  }
}

}  // namespace

Suggestion SuggestWindows(const Policy& base, const ScenarioOptions& options,
                          const std::vector<Moment>& arrivals, Moment begin,
                          Moment end, double most_cold_share,
                          const std::vector<CivilDays>& holidays) {
  Suggestion suggestion;
  Search search(base, options, arrivals, begin, end, holidays);
  suggestion.candidates = search.All();
  if (suggestion.candidates.empty()) return suggestion;
  FindBest(most_cold_share, &suggestion);
  if (!base.intent.enabled) return suggestion;
  auto more = search.WithTimesToLive(suggestion.candidates[suggestion.best]);
  std::move(more.begin(), more.end(),
            std::back_inserter(suggestion.candidates));
  FindBest(most_cold_share, &suggestion);
  return suggestion;
}

}  // namespace prewarm
