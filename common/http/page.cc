#include "common/http/page.h"

namespace prewarm::http {

std::string PagePolicy(std::string_view called) {
  std::string policy =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' "
      "blob: data:; font-src 'self'; manifest-src 'self'; worker-src 'self'; "
      "connect-src 'self'";
  if (!called.empty()) policy.append(" ").append(called);
  policy.append(
      "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
  return policy;
}

Response PageReply(std::string_view content_type, std::string_view body,
                   std::string_view called) {
  Response response;
  response.content_type = content_type;
  response.headers = {{"Cache-Control", "no-cache"},
                      {"Referrer-Policy", "no-referrer"},
                      {"Content-Security-Policy", PagePolicy(called)}};
  response.body = body;
  return response;
}

}  // namespace prewarm::http
