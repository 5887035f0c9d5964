// GET / and the page's other files, /shop.json, and /openapi.json.
#include "common/http/page.h"

#include "inference-server/api/conditional.h"
#include "inference-server/api/context.h"
#include "inference-server/api/embedded.h"
#include "inference-server/api/page_headers.h"

namespace prewarm {
namespace {

// Asked again each time, but sent again only when it is another.
http::Response FileReply(const PageFile& file, std::string_view called,
                         const http::Request& request) {
  http::Response response = http::PageReply(file.type, file.bytes, called);
  response.headers.emplace_back("ETag", file.etag);
  if (IfNoneMatchNames(request.header("if-none-match"), file.etag)) {
    response.status = 304;
    response.body.clear();
  }
  return response;
}

void AddText(const std::string& path, const std::string& json,
             http::Router* router) {
  router->Add(
      "GET", path,
      [json](const http::Request&, const http::ResponderPtr& responder) {
        http::Response response;
        response.headers = {{"Cache-Control", "no-cache"}};
        response.body = json;
        responder->Send(std::move(response));
      });
}

}  // namespace

void AddPage(const ApiContext* context, http::Router* router) {
  const ServerConfig& config = context->config;
  const std::string called(OriginOfUrl(config.page_controller));
  AddText("/openapi.json", std::string(EmbeddedFile("openapi.json")), router);
  AddText("/shop.json", ShopJson(config.page_controller, config.page_target),
          router);
  for (const auto& [path, file] : context->page) {
    router->Add(
        "GET", path,
        [called, page_file = &file](const http::Request& request,
                                    const http::ResponderPtr& responder) {
          responder->Send(FileReply(*page_file, called, request));
        });
  }
}

}  // namespace prewarm
