// One thread of Pistache's: reads from its connections' sockets and hands the
// bytes to their sessions.
#pragma once

#include <pistache/os.h>
#include <pistache/reactor.h>
#include <pistache/tcp.h>
#include <pistache/transport.h>
#include <sys/socket.h>

#include <memory>
#include <mutex>
#include <vector>

#include "common/http/session.h"

namespace prewarm::http {

class Worker : public Pistache::Tcp::Transport {
 public:
  explicit Worker(std::shared_ptr<Pistache::Tcp::Handler> handler);
  ~Worker() override;

  // The worker owns `fd` from now on, and closes it. Any thread may call:
  // Pistache's own handleNewPeer goes on using a connection that its worker
  // may already have ended, so that here the worker's thread is the only one
  // that ever sees the Peer.
  void Adopt(int fd, const sockaddr_storage& address,
             std::shared_ptr<Session> session);

  // Pistache's side: one clone for each thread.
  static std::shared_ptr<Worker> Prototype();
  std::shared_ptr<Pistache::Aio::Handler> clone() const override;
  void registerPoller(Pistache::Polling::Epoll& poller) override;
  void onReady(const Pistache::Aio::FdSet& fds) override;

 private:
  struct Arrival {
    int fd;
    sockaddr_storage address;
    std::shared_ptr<Session> session;
  };

  std::vector<Arrival> TakeArrivals();
  void Begin(Arrival arrival);

  const std::shared_ptr<Pistache::Tcp::Handler> handler_;
  Pistache::NotifyFd arrived_;
  std::mutex mutex_;
  std::vector<Arrival> arrivals_;
};

}  // namespace prewarm::http
