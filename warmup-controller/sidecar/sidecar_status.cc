#include "warmup-controller/sidecar/sidecar_status.h"

#include <nlohmann/json.hpp>

#include "warmup-controller/report/status_json.h"

namespace prewarm {
namespace {

using nlohmann::ordered_json;

ordered_json OrNull(const std::string& text) {
  return text.empty() ? ordered_json(nullptr) : ordered_json(text);
}

std::string Megabytes(std::uint64_t bytes) {
  constexpr std::uint64_t kMega = 1000000;
  return std::to_string(bytes / kMega);
}

Error NotYet(std::string message) {
  Error error = MakeError(ErrorCode::kUnavailable, std::move(message));
  error.retry_after_seconds = 1;
  return error;
}

ordered_json StagingJson(const StagingStatus& staging) {
  return {{"wanted", staging.wanted},
          {"staged", staging.staged},
          {"bytes", staging.bytes},
          {"totalBytes", staging.total},
          {"seconds", staging.seconds},
          {"laterBytes", staging.later_bytes},
          {"laterTotalBytes", staging.later_total},
          {"failures", staging.failures},
          {"error", OrNull(staging.error)},
          {"leftOut", OrNull(staging.left_out)}};
}

ordered_json PublishedJson(const StagingStatus& staging) {
  return {{"states", staging.published_states},
          {"bytes", staging.published_bytes},
          {"historyFiles", staging.published_history},
          {"error", OrNull(staging.publish_error)}};
}

}  // namespace

Status CheckStaged(const SidecarStatus& status) {
  const StagingStatus& staging = status.staging;
  if (!staging.wanted || staging.staged) return Ok{};
  if (!staging.error.empty()) {
    return NotYet(
        "the state is not staged after " + std::to_string(staging.failures) +
        (staging.failures == 1 ? " attempt: " : " attempts: ") + staging.error);
  }
  return NotYet("the state is being staged: " + Megabytes(staging.bytes) +
                " of " + Megabytes(staging.total) + " MB");
}

Status CheckWarm(const SidecarStatus& status) {
  if (status.draining) return NotYet("the sidecar stops");
  PREWARM_RETURN_IF_ERROR(CheckStaged(status));
  if (status.server == nullptr) {
    return NotYet("nobody has looked at the server yet");
  }
  if (status.server->warm > 0) return Ok{};
  std::string why = "the server is " + status.server->state;
  for (const InstanceStatus& instance : status.server->instances) {
    if (!instance.error.empty()) why.append(": ").append(instance.error);
  }
  return NotYet(std::move(why));
}

std::string SidecarStatusJson(const SidecarStatus& status) {
  ordered_json json = {{"staging", StagingJson(status.staging)},
                       {"published", PublishedJson(status.staging)},
                       {"warm", CheckWarm(status).ok()},
                       {"draining", status.draining},
                       {"server", nullptr}};
  if (status.server != nullptr) {
    json["server"] = ordered_json::parse(
        TargetStatusJson(*status.server, TargetDetail::kForOperators));
  }
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace prewarm
