// Listens on a port and accepts. Out of file descriptors it neither spins nor
// dies: it turns clients away until there are some. Not thread-safe; its own
// thread calls back.
#pragma once

#include <sys/socket.h>

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "common/base/result.h"

namespace prewarm::http {

// The numeric address of a peer, an IPv4 one in its own form even when it came
// in over IPv6.
std::string PeerAddress(const sockaddr_storage& address);

class Acceptor {
 public:
  // Owns the new socket, which does not block and is closed on exec.
  using Accepted = std::function<void(int fd, const sockaddr_storage& peer)>;

  // Opens the port; clients wait until Run. `host` as in ServerOptions.
  static Result<std::unique_ptr<Acceptor>> Listen(const std::string& host,
                                                  int port);
  ~Acceptor();
  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;

  int port() const { return port_; }
  void Run(Accepted accepted);
  // Closes the port after taking who already waited; idempotent.
  void Stop();

 private:
  explicit Acceptor(int listen_fd);
  void Loop();
  // False when nobody waits, or there is no descriptor for who does.
  bool AcceptOne();
  bool TurnAway();

  int listen_fd_;
  int stop_fd_;
  int spare_fd_;  // given up for a moment to turn a client away
  int port_ = 0;
  Accepted accepted_;
  std::thread thread_;
};

}  // namespace prewarm::http
