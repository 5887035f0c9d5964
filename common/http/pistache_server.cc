// The server on Pistache: its reactor and transport read from the sockets and
// hand over bytes. Its listener, HTTP parser and write queue are not used;
// docs/decisions says why.
#include <pistache/reactor.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <thread>
#include <utility>

#include "common/base/log.h"
#include "common/http/acceptor.h"
#include "common/http/connection.h"
#include "common/http/http.h"
#include "common/http/pistache_worker.h"
#include "common/http/session.h"
#include "common/http/writer_loop.h"

namespace prewarm::http {
namespace {

namespace Aio = Pistache::Aio;

// Files, pipes and the engine's own need descriptors too.
constexpr rlim_t kReservedDescriptors = 128;
// At the end, for the workers to close the sockets.
constexpr std::chrono::seconds kCloseTime{2};

int MaxConnections(int wanted) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 ||
      limit.rlim_cur == RLIM_INFINITY) {
    return wanted;
  }
  const rlim_t usable =
      std::max(limit.rlim_cur, kReservedDescriptors + 2) - kReservedDescriptors;
  return static_cast<int>(std::min(static_cast<rlim_t>(wanted), usable / 2));
}

class PistacheServer : public Server {
 public:
  PistacheServer(const ServerOptions& options, std::shared_ptr<Router> router,
                 std::unique_ptr<Acceptor> acceptor)
      : core_(MakeCore(options, std::move(router))),
        max_connections_(MaxConnections(options.limits.connections)),
        acceptor_(std::move(acceptor)) {
    reactor_.init(Aio::AsyncContext(static_cast<std::size_t>(options.threads)));
    const auto key = reactor_.addHandler(Worker::Prototype());
    for (const auto& handler : reactor_.handlers(key)) {
      workers_.push_back(std::static_pointer_cast<Worker>(handler));
    }
    reactor_.run();
    acceptor_->Run(
        [this](int fd, const sockaddr_storage& peer) { Accept(fd, peer); });
  }

  // The workers close the sockets; the loop ends last, as they use it.
  ~PistacheServer() override {
    acceptor_->Stop();
    for (const auto& c : core_->loop->Alive()) c->Shutdown();
    WaitUntil(kCloseTime, [this] { return core_->sessions == 0; });
    reactor_.shutdown();
    core_->loop->Stop();
  }

  int port() const override { return acceptor_->port(); }

  bool Drain(std::chrono::milliseconds deadline) override {
    core_->shared->draining = true;  // every further reply closes
    acceptor_->Stop();
    return WaitUntil(deadline, [this] {
      if (core_->shared->in_flight > 0) return false;
      const auto alive = core_->loop->Alive();
      return std::all_of(alive.begin(), alive.end(),
                         [](const auto& c) { return c->Drained(); });
    });
  }

 private:
  template <typename Condition>
  static bool WaitUntil(std::chrono::milliseconds time, Condition condition) {
    const SteadyTime until = Clock::System().Now() + time;
    while (!condition()) {
      if (Clock::System().Now() >= until) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return true;
  }

  void Accept(int fd, const sockaddr_storage& address) {
    if (core_->sessions >= max_connections_) {
      constexpr std::string_view kFull =
          "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\n"
          "Content-Length: 0\r\nConnection: close\r\n\r\n";
      send(fd, kFull.data(), kFull.size(), MSG_NOSIGNAL);
      close(fd);
      return;
    }
    try {
      auto session = std::make_shared<Session>(core_, fd, PeerAddress(address));
      if (!session->usable()) {
        close(fd);
        return;
      }
      // By turns, not by descriptor: every other one is a dup.
      workers_[next_worker_++ % workers_.size()]->Adopt(fd, address,
                                                        std::move(session));
    } catch (const std::exception& e) {
      Log(LogLevel::kError, "accept_failed", {{"what", e.what()}});
      close(fd);
    }
  }

  std::shared_ptr<Core> core_;
  const int max_connections_;
  std::unique_ptr<Acceptor> acceptor_;
  Aio::Reactor reactor_;
  std::vector<std::shared_ptr<Worker>> workers_;
  std::size_t next_worker_ = 0;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::Start(const ServerOptions& options,
                                              std::shared_ptr<Router> router) {
  PREWARM_ASSIGN_OR_RETURN(auto acceptor,
                           Acceptor::Listen(options.host, options.port));
  try {
    return std::unique_ptr<Server>(std::make_unique<PistacheServer>(
        options, std::move(router), std::move(acceptor)));
  } catch (const std::exception& e) {
    return MakeError(ErrorCode::kUnavailable,
                     std::string("can't start the HTTP server: ") + e.what());
  }
}

}  // namespace prewarm::http
