#include "inference-server/api/status_json.h"

#include <nlohmann/json.hpp>

namespace prewarm {
namespace {

using nlohmann::ordered_json;

ordered_json OrNull(const std::string& text) {
  return text.empty() ? ordered_json(nullptr) : ordered_json(text);
}

ordered_json StatusObject(const ApiContext& context, const WarmStatus& status) {
  ordered_json json = {
      {"state", WarmStateName(status.state)},
      {"instance_id", context.instance_id},
      {"model", context.config.model},
      {"phase", OrNull(status.phase)},
      {"progress", status.progress},
      {"eta_ms",
       status.eta_ms ? ordered_json(*status.eta_ms) : ordered_json(nullptr)},
      {"since_ms", MillisBetween(status.since, Clock::System().Now())}};
  if (!status.reason.empty()) json["reason"] = status.reason;
  return json;
}

std::string Dump(const ordered_json& json) {
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace

std::string WarmStatusJson(const ApiContext& context,
                           const WarmStatus& status) {
  return Dump(StatusObject(context, status));
}

std::string WarmUpReportJson(const ApiContext& context,
                             const WarmStatus& status, bool was_ready) {
  ordered_json phases = ordered_json::array();
  for (const PhaseTiming& phase : status.phases) {
    phases.push_back({{"name", phase.name},
                      {"start_ms", phase.start_ms},
                      {"duration_ms", phase.duration_ms}});
  }
  ordered_json json = {{"state", WarmStateName(status.state)},
                       {"instance_id", context.instance_id},
                       {"model", context.config.model},
                       {"mode", "base"},
                       {"device", OrNull(status.engine.device)},
                       {"precision", OrNull(status.engine.precision)},
                       {"engine", OrNull(status.engine.build)},
                       {"digest", OrNull(status.engine.digest)},
                       // No prepared state is kept between processes yet.
                       {"cached_state", "miss"},
                       {"already_warm", was_ready},
                       {"phases", phases},
                       {"total_ms", status.total_ms},
                       {"verified",
                        {{"canary", status.verified.passed},
                         {"max_abs_error", status.verified.max_abs_error}}}};
  if (!status.reason.empty()) json["reason"] = status.reason;
  return Dump(json) + "\n";
}

std::string HealthJson(const ApiContext& context) {
  const WarmStatus status = context.warm_up->status();
  const AdmissionLoad load = context.queue->load();
  ordered_json json = StatusObject(context, status);
  json["ready"] = status.state == WarmState::kReady;
  json["queue"] = {{"accepted", load.queued},
                   {"waiting", context.queue->waiting()},
                   {"reserved_bytes", load.memory_bytes}};
  json["versions"] = {{"server", PREWARM_VERSION},
                      {"engine", OrNull(status.engine.build)}};
  json["uptime_ms"] = MillisBetween(context.started, Clock::System().Now());
  return Dump(json) + "\n";
}

}  // namespace prewarm
