#include "common/http/acceptor.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "common/base/log.h"

namespace prewarm::http {
namespace {

constexpr int kBacklog = 1024;
constexpr int kPauseMillis = 20;  // while there are no file descriptors

int OpenSpare() { return open("/dev/null", O_RDONLY | O_CLOEXEC); }

void SetOption(int fd, int level, int option, int value) {
  setsockopt(fd, level, option, &value, sizeof value);
}

// Accepted sockets inherit these.
int OpenListener(const addrinfo& address) {
  const int fd =
      socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -1;
  SetOption(fd, SOL_SOCKET, SO_REUSEADDR, 1);
  SetOption(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  SetOption(fd, IPPROTO_TCP, TCP_KEEPIDLE, 60);
  SetOption(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  if (address.ai_family == AF_INET6) {
    SetOption(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0);
  }
  if (bind(fd, address.ai_addr, address.ai_addrlen) == 0 &&
      listen(fd, kBacklog) == 0) {
    return fd;
  }
  const int error = errno;
  close(fd);
  errno = error;
  return -1;
}

}  // namespace

std::string PeerAddress(const sockaddr_storage& address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
  } else if (address.ss_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address, sizeof v6);
    if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) {
      inet_ntop(AF_INET, v6.sin6_addr.s6_addr + 12, text, sizeof text);
    } else {
      inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
    }
  }
  return text;
}

Result<std::unique_ptr<Acceptor>> Acceptor::Listen(const std::string& host,
                                                   int port) {
  std::string name = host;
  if (name.size() > 2 && name.front() == '[' && name.back() == ']') {
    name = name.substr(1, name.size() - 2);
  }
  const auto failed = [&](const std::string& why) {
    return MakeError(
        ErrorCode::kUnavailable,
        "can't listen on " + host + ":" + std::to_string(port) + ": " + why,
        "port");
  };
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int bad =
      getaddrinfo(name.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (bad != 0) return failed(gai_strerror(bad));
  int fd = -1;
  for (const addrinfo* one = found; one != nullptr && fd < 0;
       one = one->ai_next) {
    fd = OpenListener(*one);
  }
  const int error = errno;
  freeaddrinfo(found);
  if (fd < 0) return failed(std::generic_category().message(error));
  return std::unique_ptr<Acceptor>(new Acceptor(fd));
}

Acceptor::Acceptor(int listen_fd)
    : listen_fd_(listen_fd),
      stop_fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      spare_fd_(OpenSpare()) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  getsockname(listen_fd_, reinterpret_cast<sockaddr*>(&address), &size);
  // The port stands at the same place in both families.
  port_ = ntohs(reinterpret_cast<const sockaddr_in*>(&address)->sin_port);
}

Acceptor::~Acceptor() {
  Stop();
  if (listen_fd_ >= 0) close(listen_fd_);
  close(stop_fd_);
  if (spare_fd_ >= 0) close(spare_fd_);
}

void Acceptor::Run(Accepted accepted) {
  accepted_ = std::move(accepted);
  thread_ = std::thread([this] { Loop(); });
}

void Acceptor::Stop() {
  if (!thread_.joinable()) return;
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t n = write(stop_fd_, &one, sizeof one);
  thread_.join();
}

void Acceptor::Loop() {
  bool stop = false;
  while (!stop) {
    pollfd fds[] = {{stop_fd_, POLLIN, 0}, {listen_fd_, POLLIN, 0}};
    poll(fds, 2, -1);
    stop = fds[0].revents != 0;
    while (AcceptOne()) {
    }
  }
  close(std::exchange(listen_fd_, -1));
}

bool Acceptor::AcceptOne() {
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  const int fd = accept4(listen_fd_, reinterpret_cast<sockaddr*>(&peer), &size,
                         SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd >= 0) {
    accepted_(fd, peer);
    return true;
  }
  switch (errno) {
    case EAGAIN:
      return false;
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
      return TurnAway();
    default:  // that client's own trouble
      return true;
  }
}

bool Acceptor::TurnAway() {
  if (spare_fd_ >= 0) {
    close(spare_fd_);
    const int fd = accept4(listen_fd_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd >= 0) close(fd);
    spare_fd_ = OpenSpare();
    if (fd >= 0 && spare_fd_ >= 0) return true;
  } else {
    spare_fd_ = OpenSpare();
  }
  Log(LogLevel::kWarning, "out_of_file_descriptors");
  pollfd stop{stop_fd_, POLLIN, 0};
  poll(&stop, 1, kPauseMillis);
  return false;
}

}  // namespace prewarm::http
