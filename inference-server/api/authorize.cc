#include <string_view>

#include "inference-server/api/context.h"

namespace prewarm {

std::string VisitorAddress(const ApiContext& context,
                           const http::Request& request) {
  return ClientAddress(request.peer_address, request.header("x-forwarded-for"),
                       context.config.trusted_proxies);
}

Status AuthorizeAdminRequest(const ApiContext& context,
                             const http::Request& request) {
  if (context.config.admin_port >= 0 && !request.admin_port) {
    return MakeError(ErrorCode::kNotFound,
                     "this is served on the admin port only", "path");
  }
  Credentials credentials;
  credentials.admin_token = request.header("x-prewarm-admin-token");
  credentials.loopback = IsLoopback(request.peer_address);
  credentials.forwarded = !request.header("x-forwarded-for").empty() ||
                          !request.header("forwarded").empty();
  return AuthorizeAdmin(context.config.access, credentials);
}

}  // namespace prewarm
