#include "warmup-controller/commands/step_log.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "warmup-controller/calendar/instant_text.h"
#include "warmup-controller/report/status_json.h"

namespace prewarm {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kMostEvents = 100;

std::optional<Instant> NextOf(const ControllerStatus& status) {
  std::optional<Instant> next;
  for (const auto& policy : status.policies) {
    for (const auto& at : {policy->next_transition, policy->next_warm_start}) {
      // A start that is over is no next one.
      if (!at || *at <= status.at) continue;
      next = std::min(*at, next.value_or(*at));
    }
  }
  return next;
}

ordered_json Parsed(const std::string& json) {
  return ordered_json::parse(json, nullptr, false);
}

}  // namespace

std::string StepJson(const StepReport& report, const ControllerStatus& status) {
  ordered_json done = ordered_json::array();
  for (const StepEvent& one : report.done) {
    done.push_back({{"event", one.event},
                    {"target", one.target},
                    {"message", one.message}});
  }
  ordered_json policies = ordered_json::array();
  for (const auto& policy : status.policies) {
    policies.push_back(Parsed(PolicyStatusJson(*policy)));
  }
  ordered_json targets = ordered_json::array();
  for (const auto& target : status.targets) {
    targets.push_back(
        Parsed(TargetStatusJson(*target, TargetDetail::kForOperators)));
  }
  const auto next = NextOf(status);
  const ordered_json json = {{"at", FormatInstant(report.at)},
                             {"tookMs", report.took.count()},
                             {"complete", report.complete},
                             {"next", next ? ordered_json(FormatInstant(*next))
                                           : ordered_json(nullptr)},
                             {"done", std::move(done)},
                             {"trouble", report.refused},
                             {"samples",
                              {{"new", report.samples.fresh},
                               {"seen", report.samples.seen},
                               {"failed", report.samples.failed}}},
                             {"policies", std::move(policies)},
                             {"targets", std::move(targets)}};
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

void StepLog::Sampled(const std::string& outcome) {
  (outcome == "new" ? fresh_ : outcome == "seen" ? seen_ : failed_) += 1;
}

void StepLog::Take(StepReport* report) {
  report->done = std::exchange(events_, {});
  report->samples = {fresh_.exchange(0), seen_.exchange(0),
                     failed_.exchange(0)};
}

void StepLog::Note(const char* event, const TargetKey& target,
                   const std::string& message) {
  if (events_.size() < kMostEvents) {
    events_.push_back({event, target.Short(), message});
  }
}

void StepLog::Replaced(const TargetKey& target, const std::string& instance,
                       const std::string& why, const Status& done) {
  LoopReporter::Replaced(target, instance, why, done);
  Note("replaced", target, instance + ": " + why);
}

void StepLog::TroubleChanged(const TargetKey& target,
                             const std::string& trouble) {
  LoopReporter::TroubleChanged(target, trouble);
  Note(trouble.empty() ? "trouble_over" : "trouble", target, trouble);
}

void StepLog::Noted(const TargetKey& target, const std::string& what) {
  LoopReporter::Noted(target, what);
  Note("target", target, what);
}

void StepLog::FloorWritten(const TargetKey& target, const FloorWrite& write) {
  LoopReporter::FloorWritten(target, write);
  Note("floor_written", target, write.reason + ": " + write.message);
}

}  // namespace prewarm
