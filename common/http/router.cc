#include <algorithm>
#include <exception>
#include <utility>

#include "common/base/log.h"
#include "common/http/http.h"
#include "common/http/status.h"

namespace prewarm::http {
namespace {

// The next segment of a path, without slashes; `path` loses it.
std::string_view TakeSegment(std::string_view* path) {
  path->remove_prefix(1);
  const std::string_view segment = path->substr(0, path->find('/'));
  path->remove_prefix(segment.size());
  return segment;
}

bool IsVariable(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

// Both begin with a slash. `values` may be null.
bool HasPattern(std::string_view pattern, std::string_view path,
                std::map<std::string, std::string>* values) {
  while (!pattern.empty() && !path.empty()) {
    const std::string_view wanted = TakeSegment(&pattern);
    const std::string_view given = TakeSegment(&path);
    if (!IsVariable(wanted)) {
      if (wanted != given) return false;
      continue;
    }
    if (given.empty()) return false;
    if (values != nullptr) {
      values->emplace(wanted.substr(1, wanted.size() - 2), given);
    }
  }
  return pattern.empty() && path.empty();
}

}  // namespace

std::string_view Request::header(std::string_view name) const {
  const auto it = headers.find(std::string(name));
  return it == headers.end() ? std::string_view() : it->second;
}

void Router::Add(std::string method, std::string path, Handler handler) {
  routes_.push_back(
      {std::move(method), std::move(path), Match::kExact, std::move(handler)});
}

void Router::AddPrefix(std::string method, std::string prefix,
                       Handler handler) {
  routes_.push_back({std::move(method), std::move(prefix), Match::kPrefix,
                     std::move(handler)});
}

void Router::AddPattern(std::string method, std::string pattern,
                        Handler handler) {
  routes_.push_back({std::move(method), std::move(pattern), Match::kPattern,
                     std::move(handler)});
}

bool Router::Route::Has(std::string_view asked) const {
  switch (match) {
    case Match::kExact:
      return asked == path;
    case Match::kPrefix:
      return asked.substr(0, path.size()) == path;
    case Match::kPattern:
      return HasPattern(path, asked, nullptr);
  }
  return false;
}

std::vector<std::string> Router::Methods(std::string_view path) const {
  std::vector<std::string> methods;
  for (const Route& route : routes_) {
    if (!route.Has(path)) continue;
    methods.push_back(route.method);
    if (route.method == "GET") methods.emplace_back("HEAD");
  }
  if (!methods.empty()) methods.emplace_back("OPTIONS");
  return methods;
}

void Router::Dispatch(Request request, const ResponderPtr& responder) const {
  const std::string method = request.method == "HEAD" ? "GET" : request.method;
  for (const Route& route : routes_) {
    if (route.method != method || !route.Has(request.path)) continue;
    if (route.match == Match::kPattern) {
      HasPattern(route.path, request.path, &request.path_values);
    }
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
    std::string detail = "nothing is served at " + request.path.substr(0, 64);
    if (!Methods("/openapi.json").empty()) {
      detail += "; /openapi.json lists what is";
    }
    responder->Send(ProblemResponse(404, detail, "path", request.request_id));
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
