#include "inference-server/api/status_json.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "inference-server/api/json_object.h"
#include "inference-server/api/process_options.h"

namespace prewarm {
namespace {

using nlohmann::ordered_json;

ordered_json OrNull(const std::string& text) {
  return text.empty() ? ordered_json(nullptr) : ordered_json(text);
}

// What a request may ask for, and who answers; the mode of a server's only
// model is null as long as that is not known.
std::string ModesJson(const WarmStatus& status) {
  std::string json;
  for (const ModelStatus& model : status.models) {
    JsonObject each;
    each.TextOrNull("mode", model.mode ? ModeName(*model.mode) : "")
        .Text("model", model.model);
    json.append(json.empty() ? "" : ",").append(std::move(each).Finish());
  }
  return "[" + json + "]";
}

ordered_json VerifiedJson(const Verification& verified) {
  return {{"canary", verified.passed},
          {"max_abs_error", verified.max_abs_error},
          {"mean_abs_error", verified.mean_abs_error},
          {"share_off", verified.share_off}};
}

ordered_json ModelJson(const ModelStatus& model) {
  return {{"mode", ModeName(model.mode.value_or(Mode::kBase))},
          {"model", model.model},
          {"device", OrNull(model.engine.device)},
          {"precision", OrNull(model.engine.precision)},
          {"engine", OrNull(model.engine.build)},
          {"digest", OrNull(model.engine.digest)},
          {"cached_state", CachedStateName(model.cached)},
          {"verified", VerifiedJson(model.verified)}};
}

JsonObject StatusObject(const ApiContext& context, const WarmStatus& status) {
  JsonObject json;
  json.Text("state", WarmStateName(status.state))
      .Text("instance_id", context.instance_id)
      .Text("model", context.config.model)
      .Raw("modes", ModesJson(status))
      .TextOrNull("phase", status.phase)
      .Number("progress", status.progress)
      .Number("eta_ms", status.eta_ms.value_or(std::nan("")))
      .Number("eta_p90_ms", status.eta_p90_ms.value_or(std::nan("")))
      .Number("since_ms", MillisBetween(status.since, Clock::System().Now()));
  if (!status.reason.empty()) json.Text("reason", status.reason);
  return json;
}

std::string Dump(const ordered_json& json) {
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace

std::string WarmStatusJson(const ApiContext& context,
                           const WarmStatus& status) {
  return StatusObject(context, status).Finish();
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
                       {"mode", ModeName(ModeOf(status, std::nullopt))},
                       {"device", OrNull(status.engine.device)},
                       {"precision", OrNull(status.engine.precision)},
                       {"engine", OrNull(status.engine.build)},
                       {"digest", OrNull(status.engine.digest)},
                       {"blend_threshold", status.engine.blend_threshold},
                       {"cached_state", CachedStateName(status.cached)},
                       {"already_warm", was_ready},
                       {"phases", phases},
                       {"total_ms", status.total_ms},
                       {"verified", VerifiedJson(status.verified)}};
  if (status.models.size() > 1) {
    for (const ModelStatus& model : status.models) {
      json["modes"].push_back(ModelJson(model));
    }
  }
  if (!status.reason.empty()) json["reason"] = status.reason;
  // Why it is not the device one would expect.
  for (const DeviceLoss& loss : context.config.losses) {
    json["lost_devices"].push_back(
        {{"device", loss.device}, {"reason", loss.reason}});
  }
  return Dump(json) + "\n";
}

std::string HealthJson(const ApiContext& context, const WarmStatus& status) {
  const AdmissionLoad load = context.queue->load();
  JsonObject queue;
  queue.Number("accepted", std::int64_t{load.queued})
      .Number("waiting", std::int64_t{context.queue->waiting()})
      .Number("reserved_bytes", static_cast<std::int64_t>(load.memory_bytes()));
  JsonObject versions;
  versions.Text("server", PREWARM_VERSION)
      .TextOrNull("engine", status.engine.build);
  JsonObject json = StatusObject(context, status);
  json.Bool("ready", status.state == WarmState::kReady)
      .Raw("queue", std::move(queue).Finish())
      .Raw("versions", std::move(versions).Finish())
      .Number("uptime_ms",
              MillisBetween(context.started, Clock::System().Now()));
  return std::move(json).Finish() + "\n";
}

}  // namespace prewarm
