#include "warmup-controller/cloudrun/api_error.h"

#include "warmup-controller/http_client/answer_text.h"
#include "warmup-controller/http_client/error_code.h"

namespace prewarm::cloudrun {
namespace {

ErrorCode CodeOf(int status) {
  // The etag was an old one.
  if (status == 412) return ErrorCode::kConflict;
  // Google's servers mean a trouble that passes.
  if (status == 500) return ErrorCode::kUnavailable;
  return ErrorCodeOf(status);
}

// google.rpc.Code as the status of HTTP that it is mapped to.
int HttpStatusOf(int code) {
  switch (code) {
    case 3:   // INVALID_ARGUMENT
    case 9:   // FAILED_PRECONDITION
    case 11:  // OUT_OF_RANGE
      return 400;
    case 16:  // UNAUTHENTICATED
      return 401;
    case 7:  // PERMISSION_DENIED
      return 403;
    case 5:  // NOT_FOUND
      return 404;
    case 6:   // ALREADY_EXISTS
    case 10:  // ABORTED
      return 409;
    case 8:  // RESOURCE_EXHAUSTED
      return 429;
    case 4:  // DEADLINE_EXCEEDED
      return 504;
    default:
      return 503;
  }
}

std::string PartOf(const std::string& name, int number) {
  std::size_t from = 0;
  for (int i = 0; i < number; ++i) {
    from = name.find('/', from);
    if (from == std::string::npos) return "";
    ++from;
  }
  return name.substr(from, name.find('/', from) - from);
}

std::string FixOf(int status, const std::string& message,
                  const std::string& name) {
  const std::string project = PartOf(name, 1);
  const std::string region = PartOf(name, 3);
  const std::string service = PartOf(name, 5);
  const std::string grant = " --member=serviceAccount:CONTROLLER --role=";
  switch (status) {
    case 401:
      return "; the access token was not taken: is the clock right, and the "
             "account of --credentials enabled?";
    case 403:
      if (message.find("actAs") != std::string::npos ||
          message.find("actas") != std::string::npos) {
        return "; let the controller act as the service's account: gcloud iam "
               "service-accounts add-iam-policy-binding ACCOUNT" +
               grant + "roles/iam.serviceAccountUser";
      }
      return "; let the controller read and update it: gcloud run services "
             "add-iam-policy-binding " +
             service + " --region=" + region + " --project=" + project + grant +
             "roles/run.developer";
    case 404:
      return "; `gcloud run services list --project=" + project +
             "` shows which there are, and where";
    default:
      return "";
  }
}

}  // namespace

Error ErrorOfAnswer(const HttpAnswer& answer, const std::string& name) {
  std::string text = name + ": HTTP " + std::to_string(answer.status);
  std::string message;
  const auto json = ReadJson(answer.body);
  if (json.ok()) {
    const std::string status = TextAt(*json, {"error", "status"});
    message = TextAt(*json, {"error", "message"});
    if (!status.empty()) text += " " + OneLine(status);
  }
  if (!message.empty()) text += ": " + OneLine(message);
  text += FixOf(answer.status, message, name);
  Error error = MakeError(CodeOf(answer.status), text);
  error.retry_after_seconds = RetryAfterOf(answer);
  return error;
}

Error ErrorOfRpc(const Json& status) {
  const int code = IntAt(status, {"code"}, 2);
  return MakeError(CodeOf(HttpStatusOf(code)),
                   "the operation failed with code " + std::to_string(code) +
                       ": " + OneLine(TextAt(status, {"message"})));
}

bool IsPassing(const Error& error) {
  switch (error.code) {
    case ErrorCode::kConflict:
    case ErrorCode::kResourceExhausted:
    case ErrorCode::kUnavailable:
    case ErrorCode::kDeadlineExceeded:
    case ErrorCode::kInternal:
      return true;
    default:
      return false;
  }
}

}  // namespace prewarm::cloudrun
