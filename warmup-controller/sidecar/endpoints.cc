#include "warmup-controller/sidecar/endpoints.h"

#include <utility>

#include "warmup-controller/api/reply.h"

namespace prewarm {
namespace {

using Check = Status (*)(const SidecarStatus&);

void AddProbe(const SidecarContext* context, const std::string& path,
              Check check, const std::string& good, http::Router* router) {
  router->Add("GET", path,
              [context, check, good](const http::Request& request,
                                     const http::ResponderPtr& responder) {
                const Status status = check(context->status());
                responder->Send(
                    status.ok()
                        ? JsonReply("{\"status\":\"" + good + "\"}")
                        : http::Problem(status.error(), request.request_id));
              });
}

Status Alive(const SidecarStatus& /*status*/) { return Ok{}; }

}  // namespace

void AddSidecarEndpoints(const SidecarContext* context, http::Router* router) {
  AddProbe(context, "/livez", Alive, "alive", router);
  AddProbe(context, "/startupz", CheckStaged, "staged", router);
  AddProbe(context, "/readyz", CheckWarm, "warm", router);
  router->Add(
      "GET", "/status",
      [context](const http::Request&, const http::ResponderPtr& responder) {
        responder->Send(JsonReply(SidecarStatusJson(context->status())));
      });
  router->Add(
      "GET", "/metrics",
      [context](const http::Request&, const http::ResponderPtr& responder) {
        responder->Send(MetricsReply(context->metrics()));
      });
}

}  // namespace prewarm
