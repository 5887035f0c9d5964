#include "warmup-controller/warmer/read_report.h"

#include <charconv>
#include <cmath>

#include "common/base/utf8.h"
#include "warmup-controller/warmer/report_json.h"

namespace prewarm {
namespace {

using nlohmann::json;

constexpr int kOk = 200;
constexpr std::size_t kMaxId = 128;
constexpr std::size_t kMaxExcerpt = 200;
constexpr double kHour = 3600.0 * 1000;

json Parsed(const std::string& body) {
  return json::parse(body, nullptr, /*allow_exceptions=*/false);
}

// As an error may repeat it.
std::string Shown(std::string_view text) {
  std::string shown;
  for (const char c : text.substr(0, kMaxExcerpt)) {
    const auto byte = static_cast<unsigned char>(c);
    shown += byte < ' ' || byte > '~' ? '?' : c;
  }
  return shown;
}

ErrorCode CodeOf(int status) {
  switch (status) {
    case 401:
      return ErrorCode::kUnauthorized;
    case 403:
      return ErrorCode::kForbidden;
    case 429:
    case 502:
    case 503:
    case 504:
      return ErrorCode::kUnavailable;
    default:
      return ErrorCode::kUnprocessable;
  }
}

std::optional<int> RetryAfter(const HttpAnswer& answer) {
  constexpr int kMost = 3600;
  const auto found = answer.headers.find("retry-after");
  if (found == answer.headers.end()) return std::nullopt;
  const std::string& text = found->second;
  int seconds = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return seconds < 0 || seconds > kMost ? std::nullopt : std::optional(seconds);
}

// RFC 9457 says why in `detail`.
Error Refusal(const HttpAnswer& answer) {
  const json problem = Parsed(answer.body);
  std::string message = "HTTP " + std::to_string(answer.status);
  const std::string detail = TextOf(problem, "detail");
  const std::string title = TextOf(problem, "title");
  if (!detail.empty() || !title.empty()) {
    message += ": " + Shown(detail.empty() ? title : detail);
  }
  Error error = MakeError(CodeOf(answer.status), message);
  error.retry_after_seconds = RetryAfter(answer);
  return error;
}

Error Unproven(const std::string& what) {
  return MakeError(ErrorCode::kUnprocessable,
                   "the report proves nothing: " + what);
}

// Verified in `json`, a report or one of its modes.
bool IsVerified(const json& json) {
  return IsTrue(Member(json, "verified"), "canary");
}

std::chrono::milliseconds FirstInference(const json& report) {
  const json& phases = Member(report, "phases");
  if (!phases.is_array()) return std::chrono::milliseconds(0);
  for (const json& phase : phases) {
    if (TextOf(phase, "name") != "first_inference") continue;
    const auto took = NumberOf(phase, "duration_ms", 0, kHour);
    return std::chrono::milliseconds(std::llround(took.value_or(0)));
  }
  return std::chrono::milliseconds(0);
}

}  // namespace

Result<WarmupProof> ReadReport(const HttpAnswer& answer,
                               std::string_view instance_id) {
  if (answer.status != kOk) return Refusal(answer);
  const json report = Parsed(answer.body);
  if (!report.is_object()) return Unproven("it is no JSON object");
  const std::string state = TextOf(report, "state");
  if (state != "ready") {
    const std::string reason = TextOf(report, "reason");
    return Unproven("state is \"" + Shown(state) + "\", expected \"ready\"" +
                    (reason.empty() ? "" : ": " + Shown(reason)));
  }
  if (!IsVerified(report)) {
    return Unproven("verified.canary is not true: no inference was verified");
  }
  const json& modes = Member(report, "modes");
  if (!modes.is_null() && !modes.is_array()) {
    return Unproven("modes is no list");
  }
  for (const json& mode : modes) {
    if (IsVerified(mode)) continue;
    return Unproven("mode \"" + Shown(TextOf(mode, "mode")) +
                    "\" was not verified");
  }
  WarmupProof proof;
  proof.instance_id = TextOf(report, "instance_id");
  if (proof.instance_id.empty() || proof.instance_id.size() > kMaxId) {
    return Unproven("instance_id is missing, or longer than 128 bytes");
  }
  if (!instance_id.empty() && proof.instance_id != instance_id) {
    return Unproven("it is of instance \"" + Shown(proof.instance_id) +
                    "\", expected \"" + Shown(instance_id) +
                    "\": another process answers now");
  }
  proof.already_warm = IsTrue(report, "already_warm");
  proof.inference = FirstInference(report);
  return proof;
}

InstanceHealth ReadHealth(const HttpAnswer& answer) {
  constexpr double kMostInFlight = 1e6;
  constexpr double kDay = 24 * kHour;
  InstanceHealth health;
  const json body = Parsed(answer.body);
  if (answer.status != kOk || !body.is_object()) return health;
  health.state = TextOf(body, "state").substr(0, kMaxId);
  health.instance_id = TextOf(body, "instance_id").substr(0, kMaxId);
  health.ready = IsTrue(body, "ready");
  health.in_flight = static_cast<int>(
      NumberOf(Member(body, "queue"), "accepted", 0, kMostInFlight)
          .value_or(0));
  const auto eta = NumberOf(body, "eta_ms", 0, kDay);
  if (eta) health.eta = std::chrono::milliseconds(std::llround(*eta));
  health.progress = NumberOf(body, "progress", 0, 1);
  return health;
}

}  // namespace prewarm
