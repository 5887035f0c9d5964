// GET / (the page), its style and script, and GET /openapi.json.
#include "inference-server/api/context.h"
#include "inference-server/api/embedded.h"

namespace prewarm {

void AddPage(http::Router* router) {
  const auto serve = [router](const char* path, const char* file,
                              const char* type) {
    router->Add("GET", path,
                [file, type](const http::Request&,
                             const http::ResponderPtr& responder) {
                  http::Response response;
                  response.content_type = type;
                  response.headers = {
                      {"Cache-Control", "no-cache"},
                      {"Referrer-Policy", "no-referrer"},
                      {"Content-Security-Policy",
                       "default-src 'none'; script-src 'self'; style-src "
                       "'self'; img-src 'self' blob: data:; connect-src "
                       "'self'; base-uri 'none'; form-action 'none'; "
                       "frame-ancestors 'none'"}};
                  response.body = EmbeddedFile(file);
                  responder->Send(std::move(response));
                });
  };
  serve("/", "page/index.html", "text/html; charset=utf-8");
  serve("/page.css", "page/page.css", "text/css; charset=utf-8");
  serve("/page.js", "page/page.js", "text/javascript; charset=utf-8");
  serve("/openapi.json", "openapi.json", "application/json");
}

}  // namespace prewarm
