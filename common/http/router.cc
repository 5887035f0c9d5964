#include <algorithm>
#include <exception>
#include <utility>

#include "common/base/log.h"
#include "common/http/http.h"
#include "common/http/status.h"

namespace prewarm::http {

std::string_view Request::header(std::string_view name) const {
  const auto it = headers.find(std::string(name));
  return it == headers.end() ? std::string_view() : it->second;
}

void Router::Add(std::string method, std::string path, Handler handler) {
  routes_.push_back(
      {std::move(method), std::move(path), false, std::move(handler)});
}

void Router::AddPrefix(std::string method, std::string prefix,
                       Handler handler) {
  routes_.push_back(
      {std::move(method), std::move(prefix), true, std::move(handler)});
}

std::vector<std::string> Router::Methods(std::string_view path) const {
  std::vector<std::string> methods;
  for (const Route& route : routes_) {
    const bool match = route.prefix
                           ? path.substr(0, route.path.size()) == route.path
                           : path == route.path;
    if (!match) continue;
    methods.push_back(route.method);
    if (route.method == "GET") methods.emplace_back("HEAD");
  }
  if (!methods.empty()) methods.emplace_back("OPTIONS");
  return methods;
}

void Router::Dispatch(Request request, const ResponderPtr& responder) const {
  const std::string method = request.method == "HEAD" ? "GET" : request.method;
  for (const Route& route : routes_) {
    const bool match =
        route.method == method &&
        (route.prefix
             ? request.path.compare(0, route.path.size(), route.path) == 0
             : request.path == route.path);
    if (!match) continue;
    const std::string id = request.request_id;
    try {
      route.handler(std::move(request), responder);
    } catch (const std::exception& e) {
      // What it says is for the log, never for the client.
      Log(LogLevel::kError, "handler_threw",
          {{"request_id", id}, {"what", e.what()}});
      responder->Send(
          ProblemResponse(500, "an internal error; see the log", "", id));
    }
    return;
  }
  const auto methods = Methods(request.path);
  if (methods.empty()) {
    responder->Send(ProblemResponse(404,
                                    "nothing is served at " +
                                        request.path.substr(0, 64) +
                                        "; /openapi.json lists what is",
                                    "path", request.request_id));
    return;
  }
  std::string allow;
  for (const std::string& m : methods) allow += (allow.empty() ? "" : ", ") + m;
  Response response;
  if (request.method == "OPTIONS") {
    response.status = 204;
  } else {
    response = ProblemResponse(
        405, "method " + request.method + " is not known here; use " + allow,
        "method", request.request_id);
  }
  response.headers.emplace_back("Allow", allow);
  responder->Send(std::move(response));
}

}  // namespace prewarm::http
