// The only file that knows Pistache: it accepts connections and hands over
// bytes. Its HTTP parser and its write queue are not used; docs/decisions
// says why.
#include <pistache/listener.h>
#include <pistache/net.h>
#include <pistache/peer.h>
#include <pistache/tcp.h>
#include <sys/socket.h>

#include <condition_variable>
#include <exception>
#include <utility>

#include "common/base/log.h"
#include "inference-server/http/connection.h"
#include "inference-server/http/cors.h"
#include "inference-server/http/http.h"
#include "inference-server/http/request_guard.h"
#include "inference-server/http/responder.h"
#include "inference-server/http/status.h"
#include "inference-server/http/trace_ids.h"
#include "inference-server/http/writer_loop.h"

namespace prewarm::http {
namespace {

using Pistache::Tcp::Peer;

constexpr char kSession[] = "session";

// The receiving side of a connection; touched by its worker thread only.
struct Session {
  Session(int fd, std::string address, const Limits& limits, WriterLoop* loop)
      : guard(limits),
        connection(std::make_shared<Connection>(fd, std::move(address), loop)) {
  }
  RequestGuard guard;
  std::shared_ptr<Connection> connection;
  bool dead = false;
};

struct Core {
  ServerOptions options;
  std::shared_ptr<Router> router;
  std::shared_ptr<ServerShared> shared = std::make_shared<ServerShared>();
  std::unique_ptr<WriterLoop> loop;
};

void RefuseOn(const std::shared_ptr<Core>& core,
              const std::shared_ptr<Connection>& connection, int status,
              const std::string& message, const std::string& field) {
  Exchange exchange;
  exchange.method = "-";
  exchange.path = "-";
  exchange.request_id = RequestId("");
  exchange.received = Clock::System().Now();
  exchange.close = true;
  const std::string id = exchange.request_id;
  MakeResponder(connection, connection->OpenSlot(), std::move(exchange),
                core->shared)
      ->Send(ProblemResponse(status, message, field, id));
}

class InputHandler : public Pistache::Tcp::Handler {
 public:
  PROTOTYPE_OF(Pistache::Tcp::Handler, InputHandler)
  explicit InputHandler(std::shared_ptr<Core> core) : core_(std::move(core)) {}
  // Pistache clones one handler for each of its threads; its base is a fresh
  // one, as the base's transport is set after cloning.
  // NOLINTNEXTLINE(bugprone-copy-constructor-init)
  InputHandler(const InputHandler& other) : core_(other.core_) {}
  InputHandler& operator=(const InputHandler&) = delete;
  ~InputHandler() override = default;

  void onInput(const char* buffer, std::size_t size,
               const std::shared_ptr<Peer>& peer) override {
    try {
      Input(std::string_view(buffer, size), peer);
    } catch (const std::exception& e) {
      Log(LogLevel::kError, "connection_failed", {{"what", e.what()}});
      shutdown(peer->fd(), SHUT_RDWR);
    }
  }

  void onDisconnection(const std::shared_ptr<Peer>& peer) override {
    const auto session =
        std::static_pointer_cast<Session>(peer->tryGetData(kSession));
    if (session) session->connection->MarkGone();
  }

 private:
  void Input(std::string_view input, const std::shared_ptr<Peer>& peer) {
    auto session =
        std::static_pointer_cast<Session>(peer->tryGetData(kSession));
    if (!session) {
      session =
          std::make_shared<Session>(peer->fd(), peer->address().host(),
                                    core_->options.limits, core_->loop.get());
      peer->putData(kSession, session);
      core_->loop->Register(session->connection);
    }
    while (!input.empty() && !session->dead) {
      switch (session->guard.Consume(&input)) {
        case RequestGuard::Event::kNeedMore:
          break;
        case RequestGuard::Event::kHeadAccepted:
          if (session->guard.expects_continue()) {
            session->connection->SendNow("HTTP/1.1 100 Continue\r\n\r\n");
          }
          break;
        case RequestGuard::Event::kRequest:
          Dispatch(session.get());
          break;
        case RequestGuard::Event::kRefused: {
          const auto& refusal = session->guard.refusal();
          session->dead = true;
          RefuseOn(core_, session->connection, refusal.status, refusal.message,
                   refusal.field);
          break;
        }
      }
    }
    using Phase = Connection::Phase;
    const Phase phase = session->dead              ? Phase::kIdle
                        : session->guard.in_body() ? Phase::kBody
                        : session->guard.in_head() ? Phase::kHead
                                                   : Phase::kIdle;
    session->connection->SetPhase(phase, Clock::System().Now());
  }

  void Dispatch(Session* session) {
    Request request = session->guard.Take();
    if (session->connection->open_slots() >=
        core_->options.limits.pipeline_depth) {
      session->dead = true;
      RefuseOn(core_, session->connection, 429,
               "too many pipelined requests on one connection", "");
      return;
    }
    request.peer_address = session->connection->peer_address();
    request.request_id = RequestId(request.header("x-request-id"));
    request.trace_id = TraceId(request.header("traceparent"));
    request.admin_port = core_->options.admin;
    request.received = Clock::System().Now();
    Exchange exchange{request.method,
                      request.path,
                      std::string(request.header("origin")),
                      request.request_id,
                      request.trace_id,
                      request.received,
                      session->guard.close_after()};
    if (exchange.close) session->dead = true;
    auto responder =
        MakeResponder(session->connection, session->connection->OpenSlot(),
                      std::move(exchange), core_->shared);
    if (request.method == "OPTIONS" &&
        !request.header("access-control-request-method").empty()) {
      responder->Send(Preflight(core_->options.cors_origins,
                                request.header("origin"),
                                core_->router->Methods(request.path)));
      return;
    }
    core_->router->Dispatch(std::move(request), responder);
  }

  std::shared_ptr<Core> core_;
};

class PistacheServer : public Server {
 public:
  PistacheServer(const ServerOptions& options, std::shared_ptr<Router> router)
      : core_(std::make_shared<Core>()) {
    core_->options = options;
    core_->router = std::move(router);
    core_->shared->cors_origins = options.cors_origins;
    // The loop must not keep the core alive, which owns it.
    const std::weak_ptr<Core> weak = core_;
    core_->loop = std::make_unique<WriterLoop>(
        options.limits, [weak](const std::shared_ptr<Connection>& slow) {
          slow->SetPhase(Connection::Phase::kIdle, Clock::System().Now());
          if (const auto core = weak.lock()) {
            RefuseOn(core, slow, 408, "the request did not arrive in time", "");
          }
        });
  }

  void Listen() {
    listener_.init(static_cast<std::size_t>(core_->options.threads),
                   Pistache::Flags<Pistache::Tcp::Options>(
                       Pistache::Tcp::Options::ReuseAddr) |
                       Pistache::Tcp::Options::NoDelay |
                       Pistache::Tcp::Options::CloseOnExec);
    listener_.setHandler(std::make_shared<InputHandler>(core_));
    listener_.bind(Pistache::Address(
        core_->options.host,
        Pistache::Port(static_cast<std::uint16_t>(core_->options.port))));
    listener_.runThreaded();
    listening_ = true;
  }

  ~PistacheServer() override {
    if (listening_) listener_.shutdown();
  }

  int port() const override {
    return static_cast<std::uint16_t>(listener_.getPort());
  }

  bool Drain(std::chrono::milliseconds deadline) override {
    core_->shared->draining = true;  // every further reply closes
    const SteadyTime until = Clock::System().Now() + deadline;
    while (core_->shared->in_flight > 0 || core_->loop->pending() > 0) {
      if (Clock::System().Now() >= until) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return true;
  }

 private:
  std::shared_ptr<Core> core_;
  Pistache::Tcp::Listener listener_;
  bool listening_ = false;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::Start(const ServerOptions& options,
                                              std::shared_ptr<Router> router) {
  try {
    auto server = std::make_unique<PistacheServer>(options, std::move(router));
    server->Listen();
    return std::unique_ptr<Server>(std::move(server));
  } catch (const std::exception& e) {
    return MakeError(ErrorCode::kUnavailable,
                     "can't listen on " + options.host + ":" +
                         std::to_string(options.port) + ": " + e.what(),
                     "port");
  }
}

}  // namespace prewarm::http
