// GET /api/v1/policies and /api/v1/policies/<namespace>/<name>
#include <charconv>

#include "common/base/utf8.h"
#include "warmup-controller/api/reply.h"
#include "warmup-controller/report/status_json.h"

namespace prewarm {
namespace {

// Digits of 1 to the most.
Status SetLimit(const std::string& text, std::size_t* limit) {
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, *limit);
  if (error != std::errc() || end != last || *limit < 1 ||
      *limit > kMaxPoliciesInPage) {
    return MakeError(ErrorCode::kInvalidArgument,
                     "limit=" + Quoted(text) +
                         ": expected a number from 1 to " +
                         std::to_string(kMaxPoliciesInPage),
                     "limit");
  }
  return Ok{};
}

Result<PolicyPage> ReadPage(const http::Request& request) {
  PolicyPage page;
  for (const auto& [name, value] : request.query) {
    if (name != "limit" && name != "continue" && name != "contains") {
      return MakeError(ErrorCode::kInvalidArgument,
                       "option " + Quoted(name) +
                           " is unknown; known are: limit, continue, contains",
                       Excerpt(name));
    }
    if (request.query.count(name) > 1) {
      return MakeError(ErrorCode::kInvalidArgument,
                       name + " is given more than once; give one", name);
    }
    if (name == "continue") {
      page.after = value;
    } else if (name == "contains") {
      page.contains = value;
    } else {
      PREWARM_RETURN_IF_ERROR(SetLimit(value, &page.limit));
    }
  }
  return page;
}

Result<std::string> List(const ApiContext& context,
                         const http::Request& request) {
  PREWARM_ASSIGN_OR_RETURN(const PolicyPage page, ReadPage(request));
  return PolicyListJson(*context.board->Read(), page, context.board->refused());
}

Result<std::string> One(const ApiContext& context,
                        const http::Request& request) {
  PREWARM_ASSIGN_OR_RETURN(const auto policy, PolicyOf(context, request));
  return PolicyStatusJson(*policy);
}

http::Handler Answer(const ApiContext* context,
                     Result<std::string> (*json)(const ApiContext&,
                                                 const http::Request&)) {
  return [context, json](const http::Request& request,
                         const http::ResponderPtr& responder) {
    auto answer = json(*context, request);
    responder->Send(answer.ok()
                        ? JsonReply(std::move(answer).value())
                        : http::Problem(answer.error(), request.request_id));
  };
}

}  // namespace

void AddPolicies(const ApiContext* context, http::Router* router) {
  router->Add("GET", "/api/v1/policies", Answer(context, List));
  router->AddPattern("GET", "/api/v1/policies/{namespace}/{name}",
                     Answer(context, One));
}

}  // namespace prewarm
