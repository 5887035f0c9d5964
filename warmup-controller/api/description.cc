// GET /openapi.json
#include <nlohmann/json.hpp>

#include "warmup-controller/api/context.h"
#include "warmup-controller/api/embedded.h"

namespace prewarm {
namespace {

// What the listener serves, and no more.
std::string Description(Listener listener) {
  const std::string_view all = EmbeddedFile("openapi.json");
  if (listener == Listener::kInner) return std::string(all);
  auto json = nlohmann::ordered_json::parse(all, nullptr, false);
  if (!json.is_object()) return std::string(all);
  nlohmann::ordered_json paths;
  for (const auto& [path, methods] : json["paths"].items()) {
    const bool inner =
        path.rfind("/api/v1/policies", 0) == 0 || path == "/metrics";
    if (!inner) paths[path] = methods;
  }
  json["paths"] = std::move(paths);
  return json.dump(1) + "\n";
}

}  // namespace

void AddDescription(Listener listener, http::Router* router) {
  router->Add("GET", "/openapi.json",
              [text = Description(listener)](
                  const http::Request&, const http::ResponderPtr& responder) {
                http::Response response;
                response.headers = {{"Cache-Control", "no-cache"}};
                response.body = text;
                responder->Send(std::move(response));
              });
}

}  // namespace prewarm
