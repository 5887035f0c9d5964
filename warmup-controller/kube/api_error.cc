#include "warmup-controller/kube/api_error.h"

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "common/base/utf8.h"

namespace prewarm::kube {
namespace {

constexpr int kMaxRetryAfter = 3600;
constexpr std::size_t kMaxMessage = 600;

ErrorCode CodeOf(int code, const std::string& reason) {
  switch (code) {
    case 400:
      return ErrorCode::kInvalidArgument;
    case 401:
      return ErrorCode::kUnauthorized;
    case 403:
      return ErrorCode::kForbidden;
    case 404:
      return ErrorCode::kNotFound;
    case 405:
      return ErrorCode::kMethodNotAllowed;
    case 406:
    case 415:
      return ErrorCode::kUnsupported;
    case 409:
      return reason == "AlreadyExists" ? ErrorCode::kAlreadyExists
                                       : ErrorCode::kConflict;
    case 410:
      return ErrorCode::kGone;
    case 413:
      return ErrorCode::kTooLarge;
    case 422:
      return ErrorCode::kUnprocessable;
    case 429:
      return ErrorCode::kResourceExhausted;
    case 504:
      return ErrorCode::kDeadlineExceeded;
    default:
      return code > 500 && code < 600 ? ErrorCode::kUnavailable
                                      : ErrorCode::kInternal;
  }
}

std::optional<int> RetryAfter(int seconds) {
  if (seconds <= 0) return std::nullopt;
  return std::min(seconds, kMaxRetryAfter);
}

// One line: it goes to logs and conditions.
std::string OneLine(std::string text) {
  if (!IsUtf8Text(text)) return "(not UTF-8)";
  std::replace_if(
      text.begin(), text.end(),
      [](unsigned char c) { return c < ' ' || c == 0x7f; }, ' ');
  if (text.size() <= kMaxMessage) return text;
  std::size_t end = kMaxMessage;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) {
    --end;
  }
  return text.substr(0, end) + "...";
}

Error Make(int code, const std::string& reason, const std::string& message,
           const std::string& what) {
  std::string text = what + ": " + std::to_string(code);
  if (!reason.empty()) text += " " + OneLine(reason);
  if (!message.empty()) text += ": " + OneLine(message);
  return MakeError(CodeOf(code, reason), text);
}

}  // namespace

Error ErrorOfStatus(const Json& status, const std::string& what) {
  Error error = Make(IntAt(status, {"code"}, 500), TextAt(status, {"reason"}),
                     TextAt(status, {"message"}), what);
  error.retry_after_seconds =
      RetryAfter(IntAt(status, {"details", "retryAfterSeconds"}, 0));
  return error;
}

Error ErrorOfAnswer(const HttpAnswer& answer, const std::string& what) {
  auto status = ReadJson(answer.body);
  Error error;
  if (status.ok() && TextAt(*status, {"kind"}) == "Status") {
    // What was answered counts, also where a proxy says something else.
    (*status)["code"] = answer.status;
    error = ErrorOfStatus(*status, what);
  } else {
    // Not of the API server, or before it knew who asks.
    error = Make(answer.status, "", answer.body.substr(0, kMaxMessage), what);
  }
  const auto header = answer.headers.find("retry-after");
  if (header != answer.headers.end()) {
    // A date, which RFC 9110 allows too, is 0 here.
    const auto said = RetryAfter(static_cast<int>(
        std::clamp(std::strtol(header->second.c_str(), nullptr, 10), 0L,
                   static_cast<long>(kMaxRetryAfter))));  // NOLINT
    if (said) {
      error.retry_after_seconds =
          std::max(*said, error.retry_after_seconds.value_or(0));
    }
  }
  return error;
}

}  // namespace prewarm::kube
