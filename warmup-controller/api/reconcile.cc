// POST /reconcile: one pass of the loop, for whoever may ask for it.
#include "warmup-controller/api/reply.h"

namespace prewarm {

void AddReconcile(const ApiContext* context, http::Router* router) {
  if (!context->reconcile || !context->check_caller) return;
  router->Add(
      "POST", "/reconcile",
      [context](const http::Request& request,
                const http::ResponderPtr& responder) {
        const std::string id = request.request_id;
        context->check_caller(
            std::string(request.header("authorization")),
            [context, responder, id](const Result<std::string>& caller) {
              if (!caller.ok()) {
                http::Response refused = http::Problem(caller.error(), id);
                if (refused.status == 401) {
                  refused.headers.emplace_back("WWW-Authenticate", "Bearer");
                }
                responder->Send(std::move(refused));
                return;
              }
              context->reconcile([responder,
                                  id](const Result<std::string>& done) {
                responder->Send(done.ok() ? JsonReply(*done)
                                          : http::Problem(done.error(), id));
              });
            });
      });
}

}  // namespace prewarm
