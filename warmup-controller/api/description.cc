// GET /openapi.json
#include <nlohmann/json.hpp>

#include "warmup-controller/api/context.h"
#include "warmup-controller/api/embedded.h"

namespace prewarm {
namespace {

// What the listener serves, and no more.
std::string Description(const ApiContext& context, Listener listener) {
  const std::string_view all = EmbeddedFile("openapi.json");
  const bool inner = listener == Listener::kInner;
  auto json = nlohmann::ordered_json::parse(all, nullptr, false);
  if (!json.is_object()) return std::string(all);
  nlohmann::ordered_json paths;
  for (const auto& [path, methods] : json["paths"].items()) {
    const bool for_operators = path.rfind("/api/v1/policies", 0) == 0 ||
                               path == "/metrics" ||
                               path == "/api/v1/summary" || path == "/";
    const bool for_schedulers = path == "/reconcile";
    if (for_operators && !inner) continue;
    if (for_schedulers && !(inner && context.reconcile)) continue;
    paths[path] = methods;
  }
  json["paths"] = std::move(paths);
  return json.dump(1) + "\n";
}

}  // namespace

void AddDescription(const ApiContext* context, Listener listener,
                    http::Router* router) {
  router->Add("GET", "/openapi.json",
              [text = Description(*context, listener)](
                  const http::Request&, const http::ResponderPtr& responder) {
                http::Response response;
                response.headers = {{"Cache-Control", "no-cache"}};
                response.body = text;
                responder->Send(std::move(response));
              });
}

}  // namespace prewarm
