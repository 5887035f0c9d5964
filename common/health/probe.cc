#include "common/health/probe.h"

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

namespace prewarm {
namespace {

using std::chrono::steady_clock;

// A status line is not longer.
constexpr std::size_t kEnough = 512;

Error Unavailable(const std::string& message) {
  return MakeError(ErrorCode::kUnavailable, message);
}

Error BadUrl(std::string_view text) {
  return MakeError(ErrorCode::kInvalidArgument,
                   "\"" + std::string(text.substr(0, 200)) +
                       "\" is not asked; give a URL such as "
                       "http://127.0.0.1:8080/livez",
                   "URL");
}

bool IsPort(std::string_view text) {
  if (text.empty() || text.size() > 5 ||
      text.find_first_not_of("0123456789") != std::string_view::npos) {
    return false;
  }
  const int port = std::stoi(std::string(text));
  return port > 0 && port < 65536;
}

class Socket {
 public:
  explicit Socket(const addrinfo& address)
      : fd_(socket(address.ai_family,
                   address.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {}
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket() {
    if (fd_ >= 0) close(fd_);
  }
  int fd() const { return fd_; }

 private:
  int fd_;
};

Error Failed(const std::string& what) {
  return Unavailable(what + ": " + std::strerror(errno));  // NOLINT: one thread
}

// Ok when `events` came.
Status Await(int fd, short events, steady_clock::time_point deadline) {
  pollfd wait = {fd, events, 0};
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(
        deadline - steady_clock::now());
    const int count = poll(
        &wait, 1, static_cast<int>(std::max<std::int64_t>(0, left.count())));
    if (count > 0) return Ok{};
    if (count < 0 && errno != EINTR) return Failed("poll");
    if (count == 0) {
      return MakeError(ErrorCode::kDeadlineExceeded, "no answer in time");
    }
  }
}

Status Connect(int fd, const addrinfo& address,
               steady_clock::time_point deadline) {
  if (connect(fd, address.ai_addr, address.ai_addrlen) == 0) return Ok{};
  if (errno != EINPROGRESS) return Failed("can't connect");
  PREWARM_RETURN_IF_ERROR(Await(fd, POLLOUT, deadline));
  int problem = 0;
  socklen_t size = sizeof problem;
  getsockopt(fd, SOL_SOCKET, SO_ERROR, &problem, &size);
  errno = problem;
  if (problem != 0) return Failed("can't connect");
  return Ok{};
}

Status Send(int fd, std::string_view request,
            steady_clock::time_point deadline) {
  while (!request.empty()) {
    const ssize_t sent = send(fd, request.data(), request.size(), MSG_NOSIGNAL);
    if (sent > 0) {
      request.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN) {
      PREWARM_RETURN_IF_ERROR(Await(fd, POLLOUT, deadline));
    } else if (errno != EINTR) {
      return Failed("can't send");
    }
  }
  return Ok{};
}

// The first line, or as much as came of it before the end.
Result<std::string> ReceiveLine(int fd, steady_clock::time_point deadline) {
  std::string reply;
  char piece[kEnough];
  while (reply.size() < kEnough && reply.find('\n') == std::string::npos) {
    PREWARM_RETURN_IF_ERROR(Await(fd, POLLIN, deadline));
    const ssize_t got = recv(fd, piece, sizeof piece, 0);
    if (got == 0) break;
    if (got > 0) {
      reply.append(piece, static_cast<std::size_t>(got));
    } else if (errno != EAGAIN && errno != EINTR) {
      return Failed("can't receive");
    }
  }
  return reply;
}

Status AskAddress(const addrinfo& address, const HealthUrl& url,
                  steady_clock::time_point deadline) {
  const Socket socket(address);
  if (socket.fd() < 0) return Failed("no socket");
  PREWARM_RETURN_IF_ERROR(Connect(socket.fd(), address, deadline));
  const bool v6 = url.host.find(':') != std::string::npos;
  std::string request = "GET " + url.path + " HTTP/1.1\r\nHost: ";
  request.append(v6 ? "[" : "").append(url.host).append(v6 ? "]:" : ":");
  request.append(url.port);
  request.append("\r\nUser-Agent: prewarm-health\r\nConnection: close\r\n\r\n");
  PREWARM_RETURN_IF_ERROR(Send(socket.fd(), request, deadline));
  PREWARM_ASSIGN_OR_RETURN(const std::string reply,
                           ReceiveLine(socket.fd(), deadline));
  return JudgeReply(reply);
}

}  // namespace

Result<HealthUrl> ParseHealthUrl(std::string_view text) {
  constexpr std::string_view kScheme = "http://";
  const bool plain = std::all_of(text.begin(), text.end(),
                                 [](char ch) { return ch > ' ' && ch < 127; });
  if (!plain || text.size() > 1024 || text.substr(0, 7) != kScheme) {
    return BadUrl(text);
  }
  const std::string_view rest = text.substr(kScheme.size());
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  std::string_view host = rest.substr(0, slash);
  HealthUrl url;
  if (slash < rest.size()) url.path = std::string(rest.substr(slash));
  const std::size_t bracket = host.rfind(']');
  const std::size_t colon = host.rfind(':');
  if (colon != std::string_view::npos &&
      (bracket == std::string_view::npos || colon > bracket)) {
    url.port = std::string(host.substr(colon + 1));
    host = host.substr(0, colon);
  }
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return BadUrl(text);
  }
  if (host.empty() || !IsPort(url.port) ||
      host.find_first_of("@?#[]") != std::string_view::npos) {
    return BadUrl(text);
  }
  url.host = std::string(host);
  return url;
}

Status JudgeReply(std::string_view reply) {
  const std::string line(reply.substr(0, reply.find_first_of("\r\n")));
  const bool http = line.size() >= 12 && line.compare(0, 7, "HTTP/1.") == 0 &&
                    line[8] == ' ' && (line.size() == 12 || line[12] == ' ');
  if (!http) {
    return MakeError(ErrorCode::kUnprocessable, "the answer is no HTTP");
  }
  if (line[9] == '2') return Ok{};
  return Unavailable("it answered " + line.substr(9));
}

Status AskHealth(const HealthUrl& url, std::chrono::milliseconds timeout) {
  const auto deadline = steady_clock::now() + timeout;
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int problem =
      getaddrinfo(url.host.c_str(), url.port.c_str(), &hints, &found);
  if (problem != 0) return Unavailable(url.host + ": " + gai_strerror(problem));
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> addresses(
      found, &freeaddrinfo);
  Status last = Unavailable(url.host + " has no address");
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
    last = AskAddress(*at, url, deadline);
    if (last.ok()) return last;
  }
  return last;
}

}  // namespace prewarm
