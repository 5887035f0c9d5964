// POST /api/v1/targets/<namespace>/<name>/intent: a visitor is about to upload.
#include <nlohmann/json.hpp>

#include "warmup-controller/api/forward_intent.h"
#include "warmup-controller/api/intent_body.h"
#include "warmup-controller/api/reply.h"
#include "warmup-controller/report/status_json.h"

namespace prewarm {
namespace {

std::int64_t UnixNow(const Clock& clock) {
  return std::chrono::duration_cast<std::chrono::seconds>(
             clock.WallNow().time_since_epoch())
      .count();
}

std::string AnswerJson(const TargetStatus& target, const IntentGrant& grant) {
  const auto eta = EtaSeconds(target);
  nlohmann::ordered_json json = {{"state", target.state},
                                 {"etaSeconds", nullptr},
                                 {"heartbeatSeconds", grant.heartbeat.count()},
                                 {"ttlSeconds", grant.ttl.count()}};
  if (eta) json["etaSeconds"] = *eta;
  return json.dump(-1, ' ', false,
                   nlohmann::ordered_json::error_handler_t::replace);
}

// The token is looked at before the target: who has none learns nothing.
Result<std::string> Post(const ApiContext& context,
                         const http::Request& request) {
  PREWARM_ASSIGN_OR_RETURN(
      const IntentBody body,
      ReadIntentBody(request.header("content-type"), request.body));
  IntentPost post;
  post.target = request.path_values.at("namespace") + "/" +
                request.path_values.at("name");
  post.visitor = body.visitor;
  post.state = body.state;
  post.client = RateKey(ClientAddress(request.peer_address,
                                      request.header("x-forwarded-for"),
                                      context.trusted_proxies));
  if (context.check_intent_token) {
    const std::string_view header = request.header("x-prewarm-intent-token");
    PREWARM_RETURN_IF_ERROR(context.check_intent_token(
        post.target, header.empty() ? body.token : header,
        UnixNow(*context.clock)));
  }
  PREWARM_ASSIGN_OR_RETURN(const auto target, TargetOf(context, request));
  if (!context.post_intent) {
    return MakeError(ErrorCode::kNotFound,
                     "no policy of this target listens to intents", "target");
  }
  PREWARM_ASSIGN_OR_RETURN(const IntentGrant grant,
                           context.post_intent(post, context.clock->Now()));
  return AnswerJson(*target, grant);
}

}  // namespace

void AddIntent(const ApiContext* context, http::Router* router) {
  router->AddPattern(
      "POST", "/api/v1/targets/{namespace}/{name}/intent",
      [context](const http::Request& request,
                const http::ResponderPtr& responder) {
        if (ForwardIntent(*context, request, responder)) return;
        auto answer = Post(*context, request);
        responder->Send(
            answer.ok() ? JsonReply(std::move(answer).value())
                        : http::Problem(answer.error(), request.request_id));
      });
}

}  // namespace prewarm
