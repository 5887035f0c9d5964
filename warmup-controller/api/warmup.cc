// GET /api/v1/targets/<namespace>/<name>/warmup: the state, or a stream of it.
#include <utility>

#include "common/http/accept.h"
#include "warmup-controller/api/reply.h"
#include "warmup-controller/api/target_relay.h"
#include "warmup-controller/report/status_json.h"

namespace prewarm {

void AddWarmup(const ApiContext* context,
               const std::shared_ptr<TargetRelay>& relay, Listener listener,
               http::Router* router) {
  const TargetDetail detail = listener == Listener::kInner
                                  ? TargetDetail::kForOperators
                                  : TargetDetail::kForVisitors;
  router->AddPattern(
      "GET", "/api/v1/targets/{namespace}/{name}/warmup",
      [context, relay, detail](const http::Request& request,
                               const http::ResponderPtr& responder) {
        const auto target = TargetOf(*context, request);
        if (!target.ok()) {
          responder->Send(http::Problem(target.error(), request.request_id));
          return;
        }
        const TargetStatus& found = **target;
        if (http::WantsEvents(request.header("accept"))) {
          const Status watched = relay->Watch(
              responder, {found.namespace_name, found.name, detail});
          if (!watched.ok()) {
            responder->Send(http::Problem(watched.error(), request.request_id));
          }
          return;
        }
        http::Response response = JsonReply(TargetStatusJson(found, detail));
        response.headers.emplace_back("Vary", "Accept");
        responder->Send(std::move(response));
      });
}

}  // namespace prewarm
