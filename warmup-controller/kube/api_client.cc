#include "warmup-controller/kube/api_client.h"

#include <future>
#include <utility>

#include "warmup-controller/kube/api_error.h"

namespace prewarm::kube {
namespace {

constexpr int kUnauthorized = 401;
constexpr int kTooManyRequests = 429;
constexpr std::size_t kMaxErrorBytes = 1 << 20;

bool IsSuccess(int status) { return status >= 200 && status < 300; }

std::string WhatOf(const std::string& method, const std::string& path) {
  return method + " " + path.substr(0, path.find('?'));
}

}  // namespace

ApiClient::ApiClient(const Access& access, HttpClient* calls,
                     LineStreams* streams, RateGate* gate, const Clock& clock,
                     Watcher watcher)
    : server_(access.server),
      calls_(calls),
      streams_(streams),
      gate_(gate),
      clock_(clock),
      watcher_(std::move(watcher)),
      tokens_(access) {}

Result<Json> ApiClient::Call(const ApiRequest& request) {
  if (gate_ != nullptr && request.priority) {
    PREWARM_RETURN_IF_ERROR(gate_->Enter(*request.priority, request.timeout));
  }
  HttpCall call;
  call.method = request.method;
  call.url = server_ + request.path;
  call.body = request.body;
  call.timeout = request.timeout;
  call.most_bytes = request.most_bytes;
  if (!request.content_type.empty()) {
    call.headers["Content-Type"] = request.content_type;
  }
  PREWARM_ASSIGN_OR_RETURN(
      const HttpAnswer answer,
      Watched(NameOfCall(request.method, request.path),
              WithToken(std::move(call), [this](const HttpCall& ready) {
                return Send(ready);
              })));
  const std::string what = WhatOf(request.method, request.path);
  if (!IsSuccess(answer.status)) {
    Error error = ErrorOfAnswer(answer, what);
    if (answer.status == kTooManyRequests && gate_ != nullptr &&
        request.priority) {
      gate_->Pause(*request.priority,
                   std::chrono::seconds(error.retry_after_seconds.value_or(1)));
    }
    return error;
  }
  if (answer.body.empty()) return Json();
  auto json = ReadJson(answer.body);
  if (json.ok()) return json;
  Error error = json.error();
  error.message = what + ": " + error.message;
  return error;
}

Status ApiClient::Watch(const WatchRequest& request, const OnLine& on_line,
                        StopSignal* stop) {
  StreamCall stream;
  stream.inactivity = request.inactivity;
  stream.most_line_bytes = request.most_line_bytes;
  HttpCall call;
  call.url = server_ + request.path;
  call.timeout = request.timeout;
  call.most_bytes = kMaxErrorBytes;
  PREWARM_ASSIGN_OR_RETURN(
      const HttpAnswer answer,
      Watched(NameOfWatch(request.path),
              WithToken(std::move(call), [&](const HttpCall& ready) {
                stream.call = ready;
                return streams_->ReadLines(stream, on_line, stop);
              })));
  if (IsSuccess(answer.status)) return Ok{};
  return ErrorOfAnswer(answer, WhatOf("watch", request.path));
}

Result<HttpAnswer> ApiClient::WithToken(HttpCall call,
                                        const Exchange& exchange) {
  call.headers["Accept"] = "application/json";
  call.headers["User-Agent"] = "prewarm/" PREWARM_VERSION;
  for (bool again = false;; again = true) {
    PREWARM_ASSIGN_OR_RETURN(const std::string token,
                             tokens_.Token(clock_.Now()));
    if (!token.empty()) call.headers["Authorization"] = "Bearer " + token;
    auto answer = exchange(call);
    if (again || !answer.ok() || answer->status != kUnauthorized ||
        !tokens_.Refused(token, clock_.Now())) {
      return answer;
    }
  }
}

Result<HttpAnswer> ApiClient::Watched(const CallName& name,
                                      Result<HttpAnswer> answer) {
  if (watcher_) watcher_(name, answer.ok() ? answer->status : 0);
  return answer;
}

Result<HttpAnswer> ApiClient::Send(const HttpCall& call) {
  // The client answers within the call's timeout, so this one ends.
  auto promise = std::make_shared<std::promise<Result<HttpAnswer>>>();
  auto answer = promise->get_future();
  calls_->Send(call, [promise](Result<HttpAnswer> got) {
    promise->set_value(std::move(got));
  });
  return answer.get();
}

}  // namespace prewarm::kube
