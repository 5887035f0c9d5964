#include "warmup-controller/commands/local_service.h"

#include <utility>

#include "common/access/access.h"
#include "common/base/log.h"
#include "common/base/utf8.h"
#include "warmup-controller/api/endpoints.h"

namespace prewarm {
namespace {

constexpr std::chrono::seconds kDrain{2};

Status CheckBase(const std::string& option, const std::string& url) {
  const bool begins =
      url.rfind("http://", 0) == 0 || url.rfind("https://", 0) == 0;
  if (begins && url.back() != '/') return Ok{};
  return MakeError(ErrorCode::kInvalidArgument,
                   option + "=" + Quoted(url) +
                       ": expected http://HOST:PORT or https, without a / at "
                       "its end",
                   option);
}

}  // namespace

Result<std::unique_ptr<LocalService>> LocalService::Start(
    const LocalOptions& options, const StatusBoard* board,
    const ControllerMetrics* metrics, IntentTable* intents,
    HttpClient* client) {
  std::unique_ptr<LocalService> service(new LocalService);
  ApiContext& context = service->context_;
  context.board = board;
  context.metrics = metrics;
  context.post_intent = [intents](const IntentPost& post, SteadyTime now) {
    return intents->Post(post, now);
  };
  context.client = client;
  if (!options.forward_intents.empty()) {
    PREWARM_RETURN_IF_ERROR(
        CheckBase("--forward-intents", options.forward_intents));
    context.leader = [url = options.forward_intents] { return url; };
  }
  for (const std::string& proxy : options.trusted_proxies) {
    PREWARM_ASSIGN_OR_RETURN(Cidr cidr, ParseCidr(proxy));
    context.trusted_proxies.push_back(std::move(cidr));
  }
  if (!options.intent_secret_file.empty()) {
    PREWARM_ASSIGN_OR_RETURN(
        const std::string secret,
        ReadSecret("--intent-secret-file", options.intent_secret_file));
    context.check_intent_token = [secret](const std::string& target,
                                          std::string_view token,
                                          std::int64_t now_unix) {
      return CheckToken(IntentTokens(target), secret, token, now_unix);
    };
  }
  auto inner = std::make_shared<http::Router>();
  auto outer = std::make_shared<http::Router>();
  AddEndpoints(&context, inner.get(), outer.get());
  PREWARM_RETURN_IF_ERROR(service->Open("--listen", options.listen,
                                        Listener::kInner, options, inner,
                                        &service->inner_));
  if (!options.public_listen.empty()) {
    PREWARM_RETURN_IF_ERROR(service->Open("--public", options.public_listen,
                                          Listener::kOuter, options, outer,
                                          &service->outer_));
  }
  return service;
}

Status LocalService::Open(const std::string& option, const std::string& address,
                          Listener listener, const LocalOptions& options,
                          const std::shared_ptr<http::Router>& router,
                          std::unique_ptr<http::Server>* server) {
  PREWARM_ASSIGN_OR_RETURN(const ListenAddress parsed,
                           ParseListen(option, address));
  http::ServerOptions server_options = ApiServerOptions(listener);
  server_options.host = parsed.host;
  server_options.port = parsed.port;
  server_options.cors_origins = options.cors_origins;
  PREWARM_ASSIGN_OR_RETURN(*server,
                           http::Server::Start(server_options, router));
  Log(LogLevel::kInfo, "listening",
      {{"listener", listener == Listener::kInner ? "inner" : "public"},
       {"port", (*server)->port()}});
  return Ok{};
}

void LocalService::Drain() {
  if (outer_) (void)outer_->Drain(kDrain);
  (void)inner_->Drain(kDrain);
}

}  // namespace prewarm
