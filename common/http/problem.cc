#include <nlohmann/json.hpp>

#include "common/http/http.h"
#include "common/http/status.h"

namespace prewarm::http {
namespace {

int StatusOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return 400;
    case ErrorCode::kUnauthorized:
      return 401;
    case ErrorCode::kForbidden:
      return 403;
    case ErrorCode::kNotFound:
      return 404;
    case ErrorCode::kMethodNotAllowed:
      return 405;
    case ErrorCode::kConflict:
    case ErrorCode::kAlreadyExists:
      return 409;
    case ErrorCode::kGone:
      return 410;
    case ErrorCode::kTooLarge:
      return 413;
    case ErrorCode::kUnsupported:
      return 415;
    case ErrorCode::kUnprocessable:
      return 422;
    case ErrorCode::kResourceExhausted:
      return 429;
    case ErrorCode::kUnavailable:
    case ErrorCode::kDeviceLost:
      return 503;
    case ErrorCode::kDeadlineExceeded:
      return 504;
    case ErrorCode::kCancelled:
      return 499;
    case ErrorCode::kInternal:
    case ErrorCode::kCorrupt:
      return 500;
  }
  return 500;
}

}  // namespace

Response ProblemResponse(int status, std::string_view detail,
                         std::string_view field, std::string_view request_id) {
  nlohmann::ordered_json body = {{"type", "about:blank"},
                                 {"title", ReasonPhrase(status)},
                                 {"status", status},
                                 {"detail", detail}};
  if (!field.empty()) body["field"] = field;
  if (!request_id.empty()) body["request_id"] = request_id;
  Response response;
  response.status = status;
  response.content_type = "application/problem+json";
  response.headers.emplace_back("Cache-Control", "no-store");
  response.body = body.dump(-1, ' ', false,
                            nlohmann::ordered_json::error_handler_t::replace) +
                  "\n";
  return response;
}

Response Problem(const Error& error, std::string_view request_id) {
  const int status = StatusOf(error.code);
  Response response =
      ProblemResponse(status, error.message, error.field, request_id);
  if (error.retry_after_seconds) {
    response.headers.emplace_back("Retry-After",
                                  std::to_string(*error.retry_after_seconds));
  }
  if (status == 401) {
    response.headers.emplace_back("WWW-Authenticate", "Bearer");
  }
  return response;
}

}  // namespace prewarm::http
