// GET /metrics
#include "inference-server/api/context.h"

namespace prewarm {

void AddMetrics(ApiContext* context, http::Router* router) {
  router->Add(
      "GET", "/metrics",
      [context](const http::Request& request,
                const http::ResponderPtr& responder) {
        const Status allowed = AuthorizeAdminRequest(*context, request);
        if (!allowed.ok()) {
          responder->Send(http::Problem(allowed.error(), request.request_id));
          return;
        }
        const AdmissionLoad load = context->queue->load();
        context->metrics->SetQueue(load.queued,
                                   static_cast<double>(load.memory_bytes()));
        const WarmStatus warmth = context->warm_up->status();
        context->metrics->SetState(warmth.state);
        for (const auto& [pool, bytes] : warmth.device_memory) {
          context->metrics->SetMemory(pool, static_cast<double>(bytes));
        }
        http::Response response;
        response.content_type = "text/plain; version=0.0.4; charset=utf-8";
        response.headers = {{"Cache-Control", "no-store"}};
        response.body = context->metrics->Text();
        responder->Send(std::move(response));
      });
}

}  // namespace prewarm
