#include "warmup-controller/commands/local_service.h"

#include <utility>

#include "common/access/access.h"
#include "common/base/log.h"
#include "warmup-controller/api/endpoints.h"

namespace prewarm {
namespace {

constexpr std::chrono::seconds kDrain{2};

}  // namespace

Result<std::unique_ptr<LocalService>> LocalService::Start(
    const LocalOptions& options, const LocalSettings& settings,
    const LocalParts& parts) {
  std::unique_ptr<LocalService> service(new LocalService);
  ApiContext& context = service->context_;
  context.board = parts.board;
  context.metrics = parts.metrics;
  context.post_intent = [intents = parts.intents](const IntentPost& post,
                                                  SteadyTime now) {
    return intents->Post(post, now);
  };
  context.client = parts.client;
  context.leader = parts.leader;
  context.more_metrics = parts.more_metrics;
  context.reconcile = parts.reconcile;
  context.check_caller = parts.check_caller;
  if (!options.forward_intents.empty()) {
    context.leader = [url = options.forward_intents] { return url; };
  }
  context.trusted_proxies = settings.trusted_proxies;
  if (!settings.intent_secret.empty()) {
    context.check_intent_token = [secret = settings.intent_secret](
                                     const std::string& target,
                                     std::string_view token,
                                     std::int64_t now_unix) {
      return CheckToken(IntentTokens(target), secret, token, now_unix);
    };
  }
  auto inner = std::make_shared<http::Router>();
  auto outer = std::make_shared<http::Router>();
  AddEndpoints(&context, inner.get(), outer.get());
  AddDashboard({&context, parts.dashboard, parts.stands_by, options.price},
               inner.get());
  PREWARM_RETURN_IF_ERROR(service->Open("--listen", settings.listen,
                                        Listener::kInner, options, inner,
                                        &service->inner_));
  if (settings.public_listen) {
    PREWARM_RETURN_IF_ERROR(service->Open("--public", *settings.public_listen,
                                          Listener::kOuter, options, outer,
                                          &service->outer_));
  }
  return service;
}

Status LocalService::Open(const std::string& option,
                          const ListenAddress& address, Listener listener,
                          const LocalOptions& options,
                          const std::shared_ptr<http::Router>& router,
                          std::unique_ptr<http::Server>* server) {
  http::ServerOptions server_options = ApiServerOptions(listener);
  server_options.host = address.host;
  server_options.port = address.port;
  server_options.cors_origins = options.cors_origins;
  auto started = http::Server::Start(server_options, router);
  if (!started.ok()) {
    return MakeError(started.error().code,
                     option + ": " + started.error().message, option);
  }
  *server = std::move(started).value();
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
