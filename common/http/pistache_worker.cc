#include "common/http/pistache_worker.h"

#include <pistache/net.h>
#include <pistache/peer.h>
#include <unistd.h>

#include <exception>
#include <string_view>
#include <utility>

#include "common/base/log.h"

namespace prewarm::http {
namespace {

namespace Aio = Pistache::Aio;
namespace Polling = Pistache::Polling;
namespace Tcp = Pistache::Tcp;

constexpr char kSession[] = "session";

class InputHandler : public Tcp::Handler {
 public:
  PROTOTYPE_OF(Tcp::Handler, InputHandler)
  InputHandler() = default;
  // Pistache clones one handler for each of its threads; its base is a fresh
  // one, as the base's transport is set after cloning.
  // NOLINTNEXTLINE(bugprone-copy-constructor-init)
  InputHandler(const InputHandler&) {}
  InputHandler& operator=(const InputHandler&) = delete;
  ~InputHandler() override = default;

  void onInput(const char* buffer, std::size_t size,
               const std::shared_ptr<Tcp::Peer>& peer) override {
    try {
      Of(peer)->Input(std::string_view(buffer, size));
    } catch (const std::exception& e) {
      Log(LogLevel::kError, "connection_failed", {{"what", e.what()}});
      shutdown(peer->fd(), SHUT_RDWR);
    }
  }

  void onDisconnection(const std::shared_ptr<Tcp::Peer>& peer) override {
    try {
      Of(peer)->Gone();
    } catch (const std::exception& e) {
      Log(LogLevel::kError, "disconnect_failed", {{"what", e.what()}});
    }
  }

 private:
  // A reference into what the peer holds: no count goes up and down.
  static Session* Of(const std::shared_ptr<Tcp::Peer>& peer) {
    return static_cast<Session*>(peer->getData(kSession).get());
  }
};

}  // namespace

Worker::Worker(std::shared_ptr<Tcp::Handler> handler)
    : Tcp::Transport(handler), handler_(std::move(handler)) {}

Worker::~Worker() {
  for (const Arrival& arrival : TakeArrivals()) close(arrival.fd);
}

std::shared_ptr<Worker> Worker::Prototype() {
  return std::make_shared<Worker>(std::make_shared<InputHandler>());
}

std::shared_ptr<Aio::Handler> Worker::clone() const {
  return std::make_shared<Worker>(handler_->clone());
}

void Worker::registerPoller(Polling::Epoll& poller) {
  Tcp::Transport::registerPoller(poller);
  arrived_.bind(poller);
}

void Worker::Adopt(int fd, const sockaddr_storage& address,
                   std::shared_ptr<Session> session) {
  {
    const std::lock_guard lock(mutex_);
    arrivals_.push_back({fd, address, std::move(session)});
  }
  arrived_.notify();
}

std::vector<Worker::Arrival> Worker::TakeArrivals() {
  const std::lock_guard lock(mutex_);
  return std::exchange(arrivals_, {});
}

void Worker::onReady(const Aio::FdSet& fds) {
  std::vector<Polling::Event> rest;  // the base throws at a tag not its own
  rest.reserve(fds.size());
  bool arrived = false;
  for (const auto& fd : fds) {
    if (fd.getTag() == arrived_.tag()) {
      arrived = true;
      continue;
    }
    Polling::Event& event = rest.emplace_back(fd.getTag());
    if (fd.isReadable()) event.flags.setFlag(Polling::NotifyOn::Read);
    if (fd.isWritable()) event.flags.setFlag(Polling::NotifyOn::Write);
    if (fd.isHangup()) event.flags.setFlag(Polling::NotifyOn::Hangup);
  }
  if (!arrived) return Tcp::Transport::onReady(fds);
  arrived_.tryRead();  // before taking: what comes later notifies again
  for (Arrival& arrival : TakeArrivals()) Begin(std::move(arrival));
  if (!rest.empty()) Tcp::Transport::onReady(Aio::FdSet(std::move(rest)));
}

void Worker::Begin(Arrival arrival) {
  try {
    const auto peer = Tcp::Peer::Create(
        arrival.fd, Pistache::Address::fromUnix(
                        reinterpret_cast<sockaddr*>(&arrival.address)));
    peer->putData(kSession, std::move(arrival.session));
    handleNewPeer(peer);
  } catch (const std::exception& e) {
    Log(LogLevel::kError, "accept_failed", {{"what", e.what()}});
    close(arrival.fd);
  }
}

}  // namespace prewarm::http
