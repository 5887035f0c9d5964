// POST /warmup (starts or joins, answers when settled) and GET /warmup (status,
// or a stream of events).
#include <charconv>
#include <memory>
#include <optional>
#include <utility>

#include "common/http/accept.h"
#include "inference-server/api/context.h"
#include "inference-server/api/discreet.h"
#include "inference-server/api/status_json.h"
#include "inference-server/api/warmup_relay.h"

namespace prewarm {
namespace {

constexpr double kMaxTimeoutSeconds = 3600;

// "90" or "90s", seconds.
Result<std::optional<double>> ParseTimeout(const http::Request& request) {
  for (const auto& [name, value] : request.query) {
    if (name != "timeout") {
      return MakeError(
          ErrorCode::kInvalidArgument,
          "option \"" + name.substr(0, 64) + "\" is unknown; known is: timeout",
          name.substr(0, 64));
    }
  }
  if (request.query.empty()) return std::optional<double>();
  if (request.query.size() > 1) {
    return MakeError(ErrorCode::kInvalidArgument, "timeout is given twice",
                     "timeout");
  }
  const std::string& given = request.query.begin()->second;
  std::string text = given;
  if (!text.empty() && text.back() == 's') text.pop_back();
  double seconds = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size() ||
      !(seconds > 0 && seconds <= kMaxTimeoutSeconds)) {
    return MakeError(ErrorCode::kInvalidArgument,
                     "timeout=\"" + given.substr(0, 64) +
                         "\": expected seconds, more than 0 and up to 3600",
                     "timeout");
  }
  return std::optional<double>(seconds);
}

void Post(const ApiContext& context, WarmupRelay* relay,
          const http::Request& request, const http::ResponderPtr& responder) {
  const Status allowed = AuthorizeAdminRequest(context, request);
  const auto timeout = ParseTimeout(request);
  if (!allowed.ok() || !timeout.ok()) {
    responder->Send(http::Problem(
        allowed.ok() ? timeout.error() : allowed.error(), request.request_id));
    return;
  }
  const WarmStatus before = context.warm_up->status();
  if (before.state == WarmState::kReady) {
    responder->Send(WarmUpReport(context, before, /*already_warm=*/true));
    return;
  }
  if (before.state == WarmState::kDraining) {
    responder->Send(http::Problem(WhyNotWarm(before), request.request_id));
    return;
  }
  context.warm_up->Start();
  WarmupJoiners::Joiner joiner;
  joiner.responder = responder;
  joiner.request_id = request.request_id;
  joiner.after = before.version;
  if (*timeout) {
    joiner.deadline = Clock::System().Now() +
                      std::chrono::microseconds(
                          static_cast<std::int64_t>(**timeout * 1'000'000));
  }
  relay->Join(std::move(joiner));
}

void Get(const ApiContext& context, WarmupRelay* relay,
         const http::Request& request, const http::ResponderPtr& responder) {
  if (http::WantsEvents(request.header("accept"))) {
    relay->Watch(responder, std::string(request.header("last-event-id")));
    return;
  }
  http::Response response;
  response.headers = {{"Cache-Control", "no-store"}, {"Vary", "Accept"}};
  response.body = WarmStatusJson(context, StatusFor(context, request)) + "\n";
  responder->Send(std::move(response));
}

}  // namespace

void AddWarmup(ApiContext* context, http::Router* router) {
  const auto relay = std::make_shared<WarmupRelay>(context);
  router->Add("POST", "/warmup",
              [context, relay](const http::Request& request,
                               const http::ResponderPtr& responder) {
                Post(*context, relay.get(), request, responder);
              });
  router->Add("GET", "/warmup",
              [context, relay](const http::Request& request,
                               const http::ResponderPtr& responder) {
                Get(*context, relay.get(), request, responder);
              });
}

}  // namespace prewarm
