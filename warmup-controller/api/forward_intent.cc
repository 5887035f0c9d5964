#include "warmup-controller/api/forward_intent.h"

#include <algorithm>
#include <string>
#include <utility>

#include "warmup-controller/http_client/http_client.h"

namespace prewarm {
namespace {

constexpr char kForwarded[] = "x-prewarm-forwarded";
constexpr std::chrono::seconds kPatience{3};
constexpr std::size_t kMostBytes = 8 << 10;
constexpr int kAttempts = 2;
constexpr int kRetrySeconds = 2;  // a leader is found within seconds

// As names are in Kubernetes: nothing else may come into a URL.
bool IsName(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.';
  });
}

Error NoLeader(const std::string& why) {
  Error error = MakeError(ErrorCode::kUnavailable, why);
  error.retry_after_seconds = kRetrySeconds;
  return error;
}

HttpCall CallTo(const std::string& leader, const ApiContext& context,
                const http::Request& request) {
  HttpCall call;
  call.method = "POST";
  call.url = leader + "/api/v1/targets/" + request.path_values.at("namespace") +
             "/" + request.path_values.at("name") + "/intent";
  call.body = request.body;
  call.timeout = kPatience;
  call.most_bytes = kMostBytes;
  for (const char* name : {"content-type", "x-prewarm-intent-token"}) {
    const std::string_view value = request.header(name);
    if (!value.empty()) call.headers[name] = std::string(value);
  }
  // The leader counts the visitor and not the standby, which it has to trust.
  call.headers["x-forwarded-for"] =
      ClientAddress(request.peer_address, request.header("x-forwarded-for"),
                    context.trusted_proxies);
  call.headers["x-request-id"] = request.request_id;
  call.headers[kForwarded] = "1";
  return call;
}

http::Response ResponseOf(const HttpAnswer& answer) {
  http::Response response;
  response.status = answer.status;
  response.body = answer.body;
  const auto type = answer.headers.find("content-type");
  if (type != answer.headers.end()) response.content_type = type->second;
  response.headers = {{"Cache-Control", "no-store"}};
  const auto retry = answer.headers.find("retry-after");
  if (retry != answer.headers.end()) {
    response.headers.emplace_back("Retry-After", retry->second);
  }
  return response;
}

// A connection that was kept may have closed just now; said twice, an intent
// is the same.
void SendTo(HttpClient* client, const HttpCall& call,
            const http::ResponderPtr& responder, const std::string& request_id,
            int attempts) {
  client->Send(call, [=](const Result<HttpAnswer>& answer) {
    if (answer.ok()) {
      responder->Send(ResponseOf(*answer));
    } else if (attempts > 1 && answer.error().code == ErrorCode::kUnavailable) {
      SendTo(client, call, responder, request_id, attempts - 1);
    } else {
      responder->Send(http::Problem(
          NoLeader("the controller that leads does not answer"), request_id));
    }
  });
}

}  // namespace

bool ForwardIntent(const ApiContext& context, const http::Request& request,
                   const http::ResponderPtr& responder) {
  const std::string leader = context.leader ? context.leader() : "";
  if (leader.empty()) return false;
  // Nothing is called so; it is refused here.
  if (!IsName(request.path_values.at("namespace")) ||
      !IsName(request.path_values.at("name"))) {
    return false;
  }
  if (!request.header(kForwarded).empty()) {
    responder->Send(http::Problem(
        NoLeader("the controller that this was passed on to does not lead"),
        request.request_id));
    return true;
  }
  SendTo(context.client, CallTo(leader, context, request), responder,
         request.request_id, kAttempts);
  return true;
}

}  // namespace prewarm
