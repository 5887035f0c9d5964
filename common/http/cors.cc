#include "common/http/cors.h"

#include <algorithm>

#include "common/base/utf8.h"

namespace prewarm::http {
namespace {

bool Allowed(const std::vector<std::string>& allowed, std::string_view origin) {
  return !origin.empty() &&
         std::any_of(allowed.begin(), allowed.end(),
                     [&](const auto& a) { return a == "*" || a == origin; });
}

}  // namespace

Status CheckOrigin(const std::string& option, const std::string& origin) {
  const std::size_t host = origin.find("://");
  const bool good =
      origin == "*" ||
      ((origin.rfind("https://", 0) == 0 || origin.rfind("http://", 0) == 0) &&
       origin.size() > host + 3 &&
       origin.find_first_of("/?# ", host + 3) == std::string::npos);
  if (good) return Ok{};
  return MakeError(ErrorCode::kInvalidArgument,
                   "--" + option + ": " + Quoted(origin) +
                       " is no origin; write it as the browser does, such as "
                       "https://shop.example (no path, no / behind)",
                   option);
}

HeaderList CorsHeaders(const std::vector<std::string>& allowed,
                       std::string_view origin) {
  if (allowed.empty()) return {};
  HeaderList headers = {{"Vary", "Origin"}};
  if (Allowed(allowed, origin)) {
    headers.emplace_back("Access-Control-Allow-Origin", origin);
    headers.emplace_back("Access-Control-Expose-Headers",
                         "X-Request-Id, Server-Timing, X-Prewarm-State, "
                         "X-Prewarm-Mode, X-Prewarm-Degraded, "
                         "X-Prewarm-Empty-Scene, X-Prewarm-Result, "
                         "Content-Location, ETag, Retry-After");
  }
  return headers;
}

Response Preflight(const std::vector<std::string>& allowed,
                   std::string_view origin,
                   const std::vector<std::string>& methods) {
  Response response;
  response.status = 204;
  if (!Allowed(allowed, origin) || methods.empty()) return response;
  std::string list;
  for (const std::string& m : methods) list += (list.empty() ? "" : ", ") + m;
  response.headers = {
      {"Access-Control-Allow-Methods", list},
      {"Access-Control-Allow-Headers",
       "Authorization, X-Api-Key, Content-Type, Idempotency-Key, "
       "X-Request-Id, X-Upload-Token, X-Prewarm-Intent-Token, Last-Event-ID"},
      {"Access-Control-Max-Age", "600"}};
  return response;
}

}  // namespace prewarm::http
