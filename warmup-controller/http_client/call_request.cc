#include "warmup-controller/http_client/call_request.h"

#include <algorithm>

#include "common/base/utf8.h"

namespace prewarm {
namespace {

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  });
  return text;
}

}  // namespace

Status CheckHeaders(const HttpCall& call) {
  for (const auto& [name, value] : call.headers) {
    const auto breaks = [](unsigned char c) { return c < ' ' || c == 0x7f; };
    if (name.empty() || std::any_of(name.begin(), name.end(), breaks) ||
        std::any_of(value.begin(), value.end(), breaks)) {
      return MakeError(ErrorCode::kInvalidArgument,
                       "header " + Quoted(name) +
                           " holds a control character, or has no name",
                       "headers");
    }
  }
  return Ok{};
}

web::http::http_request RequestOf(const HttpCall& call,
                                  const std::string& path) {
  web::http::http_request request(call.method);
  request.set_request_uri(path);
  if (!call.body.empty()) request.set_body(call.body);
  for (const auto& [name, value] : call.headers) {
    request.headers().remove(name);
    request.headers().add(name, value);
  }
  return request;
}

HttpAnswer HeadOf(const web::http::http_response& response) {
  HttpAnswer answer;
  answer.status = response.status_code();
  for (const auto& [name, value] : response.headers()) {
    answer.headers[Lower(name)] = value;
  }
  return answer;
}

Error TooLarge(const HttpCall& call) {
  return MakeError(ErrorCode::kTooLarge,
                   "the answer of " + Quoted(call.url) + " is longer than " +
                       std::to_string(call.most_bytes) + " bytes");
}

Error CallFailed(const HttpCall& call, const std::string& what) {
  return MakeError(ErrorCode::kUnavailable,
                   Quoted(call.url) + ": " + Excerpt(what));
}

}  // namespace prewarm
