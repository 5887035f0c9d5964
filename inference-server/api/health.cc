// GET /health, /livez, /readyz, /startupz: never block, never start anything.
#include <algorithm>
#include <cmath>

#include "inference-server/api/context.h"
#include "inference-server/api/discreet.h"
#include "inference-server/api/status_json.h"

namespace prewarm {
namespace {

http::Response Json(int status, std::string body) {
  http::Response response;
  response.status = status;
  response.headers = {{"Cache-Control", "no-store"}};
  response.body = std::move(body);
  return response;
}

}  // namespace

void AddHealth(ApiContext* context, http::Router* router) {
  router->Add("GET", "/health",
              [context](const http::Request& request,
                        const http::ResponderPtr& responder) {
                responder->Send(Json(
                    200, HealthJson(*context, StatusFor(*context, request))));
              });
  const auto alive = [](const http::Request&,
                        const http::ResponderPtr& responder) {
    responder->Send(Json(200, "{\"status\":\"alive\"}\n"));
  };
  router->Add("GET", "/livez", alive);
  router->Add("GET", "/startupz", alive);
  router->Add("GET", "/readyz",
              [context](const http::Request& request,
                        const http::ResponderPtr& responder) {
                const WarmStatus status = StatusFor(*context, request);
                if (status.state == WarmState::kReady) {
                  responder->Send(Json(200, "{\"status\":\"ready\"}\n"));
                  return;
                }
                Error error = MakeError(
                    ErrorCode::kUnavailable,
                    std::string("the model is ") + WarmStateName(status.state) +
                        (status.reason.empty() ? "; GET /warmup says how far"
                                               : ": " + status.reason));
                if (status.eta_ms) {
                  error.retry_after_seconds = std::max(
                      1, static_cast<int>(std::ceil(*status.eta_ms / 1000)));
                }
                responder->Send(http::Problem(error, request.request_id));
              });
}

}  // namespace prewarm
