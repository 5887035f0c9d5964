#include "warmup-controller/kube/api_error.h"

#include <algorithm>

#include "warmup-controller/http_client/answer_text.h"
#include "warmup-controller/http_client/error_code.h"

namespace prewarm::kube {
namespace {

ErrorCode CodeOf(int code, const std::string& reason) {
  if (code == 409 && reason == "AlreadyExists") {
    return ErrorCode::kAlreadyExists;
  }
  return ErrorCodeOf(code);
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
      RetryAfterOf(IntAt(status, {"details", "retryAfterSeconds"}, 0));
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
    error = Make(answer.status, "", answer.body, what);
  }
  if (const auto said = RetryAfterOf(answer)) {
    error.retry_after_seconds =
        std::max(*said, error.retry_after_seconds.value_or(0));
  }
  return error;
}

}  // namespace prewarm::kube
