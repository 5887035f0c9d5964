// GET /metrics
#include "warmup-controller/api/reply.h"

namespace prewarm {

void AddMetrics(const ApiContext* context, http::Router* router) {
  router->Add(
      "GET", "/metrics",
      [context](const http::Request&, const http::ResponderPtr& responder) {
        http::Response response;
        response.content_type = "text/plain; version=0.0.4; charset=utf-8";
        response.headers = {{"Cache-Control", "no-store"}};
        response.body = context->metrics->Text();
        if (context->more_metrics) response.body += context->more_metrics();
        responder->Send(std::move(response));
      });
}

}  // namespace prewarm
