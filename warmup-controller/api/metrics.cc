// GET /metrics
#include <string>
#include <utility>

#include "warmup-controller/api/reply.h"

namespace prewarm {

void AddMetrics(const ApiContext* context, http::Router* router) {
  router->Add(
      "GET", "/metrics",
      [context](const http::Request&, const http::ResponderPtr& responder) {
        std::string text = context->metrics->Text();
        if (context->more_metrics) text += context->more_metrics();
        responder->Send(MetricsReply(std::move(text)));
      });
}

}  // namespace prewarm
