#include "warmup-controller/api/reply.h"

#include <utility>

#include "warmup-controller/report/find.h"

namespace prewarm {
namespace {

template <typename Object>
Result<std::shared_ptr<const Object>> Asked(
    const ApiContext& context, const http::Request& request, const char* kind,
    std::shared_ptr<const Object> (*find)(const ControllerStatus&,
                                          std::string_view, std::string_view)) {
  if (!context.board->published()) {
    Error error = MakeError(ErrorCode::kUnavailable,
                            "the controller has just started and knows no " +
                                std::string(kind) + " yet; try again");
    error.retry_after_seconds = 1;
    return error;
  }
  auto found = find(*context.board->Read(), request.path_values.at("namespace"),
                    request.path_values.at("name"));
  if (!found) {
    return MakeError(ErrorCode::kNotFound,
                     "no " + std::string(kind) +
                         " of this namespace and name is known here; check "
                         "how both are spelled",
                     kind);
  }
  return found;
}

}  // namespace

http::Response JsonReply(std::string json) {
  http::Response response;
  response.headers = {{"Cache-Control", "no-store"}};
  response.body = std::move(json);
  response.body += '\n';
  return response;
}

http::Response MetricsReply(std::string text) {
  http::Response response;
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  response.headers = {{"Cache-Control", "no-store"}};
  response.body = std::move(text);
  return response;
}

Result<std::shared_ptr<const PolicyStatus>> PolicyOf(
    const ApiContext& context, const http::Request& request) {
  return Asked(context, request, "policy", FindPolicy);
}

Result<std::shared_ptr<const TargetStatus>> TargetOf(
    const ApiContext& context, const http::Request& request) {
  return Asked(context, request, "target", FindTarget);
}

}  // namespace prewarm
