// GET /openapi.json
#include "warmup-controller/api/context.h"
#include "warmup-controller/api/embedded.h"

namespace prewarm {

void AddDescription(http::Router* router) {
  router->Add("GET", "/openapi.json",
              [](const http::Request&, const http::ResponderPtr& responder) {
                http::Response response;
                response.headers = {{"Cache-Control", "no-cache"}};
                response.body = EmbeddedFile("openapi.json");
                responder->Send(std::move(response));
              });
}

}  // namespace prewarm
