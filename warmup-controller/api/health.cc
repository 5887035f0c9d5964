// GET /healthz, /readyz: never block.
#include "warmup-controller/api/reply.h"

namespace prewarm {
namespace {

// The loop publishes at least every few seconds, whatever happens.
constexpr std::chrono::seconds kFresh{60};

Status CheckFresh(const ApiContext& context) {
  // Who rests has nothing new to say.
  if (context.reconcile) return Ok{};
  Error error = MakeError(ErrorCode::kUnavailable,
                          "no status was published yet: the loop has not "
                          "finished its first round");
  error.retry_after_seconds = 1;
  const auto published = context.board->published();
  if (!published) return error;
  const auto age = std::chrono::duration_cast<std::chrono::seconds>(
      context.clock->Now() - *published);
  if (age <= kFresh) return Ok{};
  error.message = "the last status is " + std::to_string(age.count()) +
                  " s old, at most " + std::to_string(kFresh.count()) +
                  " are fresh: the loop hangs; see the log";
  return error;
}

}  // namespace

void AddHealth(const ApiContext* context, http::Router* router) {
  router->Add("GET", "/healthz",
              [](const http::Request&, const http::ResponderPtr& responder) {
                responder->Send(JsonReply("{\"status\":\"alive\"}"));
              });
  router->Add("GET", "/readyz",
              [context](const http::Request& request,
                        const http::ResponderPtr& responder) {
                const Status fresh = CheckFresh(*context);
                responder->Send(fresh.ok() ? JsonReply("{\"status\":\"ready\"}")
                                           : http::Problem(fresh.error(),
                                                           request.request_id));
              });
}

}  // namespace prewarm
