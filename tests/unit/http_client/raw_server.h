// A server that answers with the bytes a test says, good or bad.
#pragma once

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace prewarm {

// One thread a connection. `serve` is called for each request with its head
// and the connection; false ends the connection.
class RawServer {
 public:
  using Serve = std::function<bool(const std::string& request, int connection)>;

  explicit RawServer(Serve serve) : serve_(std::move(serve)) {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener_, reinterpret_cast<sockaddr*>(&address),
             sizeof address) != 0) {
      std::perror("bind");
      std::abort();
    }
    constexpr int kBacklog = 1024;
    listen(listener_, kBacklog);
    socklen_t size = sizeof address;
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { Accept(); });
  }
  ~RawServer() {
    stop_ = true;
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      for (const int one : open_) shutdown(one, SHUT_RDWR);
    }
    for (std::thread& one : connections_) one.join();
    close(listener_);
  }
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;

  std::string Url(const std::string& path = "/") const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }
  int port() const { return port_; }
  int accepted() const { return accepted_; }
  bool stopping() const { return stop_; }

  static void Send(int connection, const std::string& bytes) {
    std::size_t done = 0;
    while (done < bytes.size()) {
      const ssize_t sent = send(connection, bytes.data() + done,
                                bytes.size() - done, MSG_NOSIGNAL);
      if (sent <= 0) return;
      done += static_cast<std::size_t>(sent);
    }
  }
  static std::string Answer(const std::string& status,
                            const std::string& body) {
    return "HTTP/1.1 " + status +
           "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
           body;
  }

 private:
  void Accept() {
    while (!stop_) {
      const int one = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (one < 0) continue;
      ++accepted_;
      const std::lock_guard<std::mutex> lock(mutex_);
      open_.push_back(one);
      connections_.emplace_back([this, one] { Talk(one); });
    }
  }
  // Requests without pipelining; bodies by Content-Length.
  void Talk(int one) {
    std::string buffer;
    char piece[4096];
    while (!stop_) {
      const ssize_t got = recv(one, piece, sizeof piece, 0);
      if (got <= 0) break;
      buffer.append(piece, static_cast<std::size_t>(got));
      const std::size_t end = buffer.find("\r\n\r\n");
      if (end == std::string::npos) continue;
      std::size_t body = 0;
      const std::size_t length = buffer.find("Content-Length:");
      if (length < end) body = std::stoul(buffer.substr(length + 15));
      if (buffer.size() < end + 4 + body) continue;
      const std::string request = buffer.substr(0, end + 4 + body);
      buffer.erase(0, request.size());
      if (!serve_(request, one)) break;
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    for (int& open : open_) {
      if (open == one) open = -1;
    }
    close(one);
  }

  const Serve serve_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stop_{false};
  std::atomic<int> accepted_{0};
  std::thread thread_;
  std::mutex mutex_;
  std::vector<int> open_;
  std::vector<std::thread> connections_;
};

}  // namespace prewarm
