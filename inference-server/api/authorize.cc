#include <string_view>

#include "inference-server/api/context.h"

namespace prewarm {

std::string VisitorAddress(const ApiContext& context,
                           const http::Request& request) {
  return ClientAddress(request.peer_address, request.header("x-forwarded-for"),
                       context.config.trusted_proxies);
}

std::string_view BearerToken(const http::Request& request) {
  constexpr std::string_view kScheme = "Bearer ";
  const std::string_view told = request.header("authorization");
  return told.substr(0, kScheme.size()) == kScheme ? told.substr(kScheme.size())
                                                   : std::string_view();
}

Status AuthorizeAdminRequest(const ApiContext& context,
                             const http::Request& request) {
  if (context.config.admin_port >= 0 && !request.admin_port) {
    return MakeError(ErrorCode::kNotFound,
                     "this is served on the admin port only", "path");
  }
  Credentials credentials;
  credentials.admin_token = request.header("x-prewarm-admin-token");
  if (credentials.admin_token.empty()) {
    // Prometheus can send none but this.
    credentials.admin_token = BearerToken(request);
  }
  credentials.loopback = IsLoopback(request.peer_address);
  credentials.forwarded = !request.header("x-forwarded-for").empty() ||
                          !request.header("forwarded").empty();
  return AuthorizeAdmin(context.config.access, credentials);
}

}  // namespace prewarm
