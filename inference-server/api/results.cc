// GET and DELETE /api/v2/results/{key}, DELETE /api/v2/results.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "inference-server/api/conditional.h"
#include "inference-server/api/context.h"
#include "inference-server/api/json_object.h"
#include "inference-server/api/sharing.h"
#include "inference-server/results/shared_results.h"

namespace prewarm {
namespace {

constexpr char kOnePath[] = "/api/v2/results/{key}";
constexpr char kAllPath[] = "/api/v2/results";

std::int64_t UnixTime() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             Clock::System().WallNow().time_since_epoch())
      .count();
}

Error NoSuchResult() {
  return MakeError(ErrorCode::kNotFound,
                   "there is no such result, or no longer; upload the picture "
                   "again",
                   "key");
}

Error NothingShared() {
  return MakeError(ErrorCode::kNotFound,
                   "this server keeps all results private; start it with "
                   "--results to share some",
                   "path");
}

// What the file system said is in the log.
Error FolderTrouble() {
  Error error = MakeError(ErrorCode::kUnavailable,
                          "the folder of the results can't be used now");
  error.retry_after_seconds = 1;
  return error;
}

// Of a result that is there. What a cache may keep it for ends with the result,
// and sooner where a DELETE is to be heeded sooner.
http::Response ResultReply(const ResultsConfig& config,
                           std::string_view if_none_match, StoredResult result,
                           std::int64_t now) {
  const std::int64_t left = result.created + config.ttl_seconds - now;
  const std::int64_t age =
      std::clamp(left, std::int64_t{0}, config.max_age_seconds);
  const std::string etag = "\"" + result.digest + "\"";
  http::Response response;
  response.content_type = result.type;
  response.headers = {
      {"Cache-Control",
       "public, max-age=" + std::to_string(age) + ", immutable"},
      {"ETag", etag},
      {"Last-Modified", HttpDateOf(result.created)}};
  if (IfNoneMatchNames(if_none_match, etag)) {
    response.status = 304;
    return response;
  }
  response.headers.emplace_back("X-Prewarm-Mode", result.mode);
  response.headers.emplace_back("X-Prewarm-Empty-Scene",
                                result.empty_scene ? "true" : "false");
  response.body = std::move(result.picture);
  return response;
}

void GetResult(ApiContext* context, const http::Request& request,
               const http::ResponderPtr& responder) {
  const auto refuse = [&](const Error& error) {
    responder->Send(http::Problem(error, request.request_id));
  };
  if (context->results == nullptr) return refuse(NothingShared());
  const auto key = ParseResultKey(request.path_values.at("key"));
  if (!key.ok()) return refuse(key.error());
  context->results->Find(
      *key, ResultReader::kGet,
      [context, responder, id = request.request_id,
       match = std::string(request.header("if-none-match"))](
          Result<StoredResult> found) {
        if (!found.ok()) {
          const bool none = found.error().code == ErrorCode::kNotFound;
          responder->Send(
              http::Problem(none ? NoSuchResult() : FolderTrouble(), id));
          return;
        }
        responder->Send(ResultReply(context->config.results, match,
                                    std::move(*found), UnixTime()));
      });
}

// Who removes results: an operator all, a tenant its own ("" for an operator).
// An API key is heeded before the loopback's rights of an operator, so that
// who shows one never removes others' results.
Result<std::string> Remover(const ApiContext& context,
                            const http::Request& request) {
  const AccessConfig& access = context.config.access;
  if (!access.api_key_hashes.empty()) {
    Credentials credentials;
    credentials.api_key = request.header("x-api-key");
    const bool own_header = !credentials.api_key.empty();
    if (!own_header) credentials.api_key = BearerToken(request);
    if (!credentials.api_key.empty()) {
      auto identity = AuthorizeProcess(access, credentials, UnixTime());
      if (identity.ok() || own_header) return identity;
    }
  }
  PREWARM_RETURN_IF_ERROR(AuthorizeAdminRequest(context, request));
  return std::string();
}

// The same, where there is something to remove from.
Result<std::string> RemoverOfShared(const ApiContext& context,
                                    const http::Request& request) {
  auto remover = Remover(context, request);
  if (remover.ok() && context.results == nullptr) return NothingShared();
  return remover;
}

// `done` unless the folder could not be written.
void AnswerRemoval(const http::ResponderPtr& responder, const std::string& id,
                   bool removed, http::Response done) {
  done.headers = {{"Cache-Control", "no-store"}};
  responder->Send(removed ? std::move(done)
                          : http::Problem(FolderTrouble(), id));
}

void RemoveResult(ApiContext* context, const http::Request& request,
                  const http::ResponderPtr& responder) {
  const std::string id = request.request_id;
  const auto refuse = [&](const Error& error) {
    responder->Send(http::Problem(error, id));
  };
  const auto remover = RemoverOfShared(*context, request);
  if (!remover.ok()) return refuse(remover.error());
  const auto key = ParseResultKey(request.path_values.at("key"));
  if (!key.ok()) return refuse(key.error());
  // Another's key is as good as none.
  if (!remover->empty() && !context->results->IsOf(*key, *remover)) {
    return refuse(NoSuchResult());
  }
  context->results->Remove(*key, [responder, id](const Status& removed) {
    http::Response done;
    done.status = 204;
    AnswerRemoval(responder, id, removed.ok(), std::move(done));
  });
}

// Whose results `DELETE /api/v2/results` is about; unset: everybody's.
Result<std::optional<std::vector<std::string>>> PurgedTags(
    const SharedResults& results, const http::Request& request,
    const std::string& remover) {
  using Tags = std::optional<std::vector<std::string>>;
  Tags tags;
  if (!remover.empty()) tags = results.TagsOf(remover);
  for (const auto& [name, value] : request.query) {
    if (name != "tenant") {
      return MakeError(
          ErrorCode::kInvalidArgument,
          "option \"" + name.substr(0, 64) + "\" is unknown; known is: tenant",
          name.substr(0, 64));
    }
    if (!IsTenantTag(value)) {
      return MakeError(ErrorCode::kInvalidArgument,
                       "tenant=\"" + value.substr(0, 64) +
                           "\": expected the 16 digits that the keys of its "
                           "results begin with",
                       "tenant");
    }
    if (tags && std::find(tags->begin(), tags->end(), value) == tags->end()) {
      return MakeError(ErrorCode::kForbidden,
                       "these are another tenant's results; an operator may "
                       "remove them",
                       "tenant");
    }
    tags = {value};
  }
  return tags;
}

void PurgeResults(ApiContext* context, const http::Request& request,
                  const http::ResponderPtr& responder) {
  const std::string id = request.request_id;
  const auto refuse = [&](const Error& error) {
    responder->Send(http::Problem(error, id));
  };
  const auto remover = RemoverOfShared(*context, request);
  if (!remover.ok()) return refuse(remover.error());
  auto tags = PurgedTags(*context->results, request, *remover);
  if (!tags.ok()) return refuse(tags.error());
  context->results->Purge(
      std::move(*tags), [responder, id](const Result<std::size_t>& removed) {
        JsonObject json;
        if (removed.ok()) {
          json.Number("removed", static_cast<std::int64_t>(*removed));
        }
        http::Response done;
        done.body = std::move(json).Finish() + "\n";
        AnswerRemoval(responder, id, removed.ok(), std::move(done));
      });
}

}  // namespace

void AddResults(ApiContext* context, http::Router* router) {
  router->AddPattern("GET", kOnePath,
                     [context](const http::Request& request,
                               const http::ResponderPtr& responder) {
                       GetResult(context, request, responder);
                     });
  router->AddPattern("DELETE", kOnePath,
                     [context](const http::Request& request,
                               const http::ResponderPtr& responder) {
                       RemoveResult(context, request, responder);
                     });
  router->Add("DELETE", kAllPath,
              [context](const http::Request& request,
                        const http::ResponderPtr& responder) {
                PurgeResults(context, request, responder);
              });
}

}  // namespace prewarm
