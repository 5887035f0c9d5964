#include "tests/http_abuse/client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

namespace prewarm::http {

Client::Client(int port, int receive_buffer)
    : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const timeval limit{30, 0};
  setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  if (receive_buffer > 0) {
    setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer,
               sizeof receive_buffer);
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  connected_ =
      connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
}

Client::Client(Client&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      connected_(other.connected_),
      buffer_(std::move(other.buffer_)) {}

Client::~Client() { HangUp(); }

void Client::HangUp() {
  if (fd_ >= 0) close(std::exchange(fd_, -1));
}

void Client::Reset() {
  const linger now{1, 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  HangUp();
}

void Client::EndSending() { shutdown(fd_, SHUT_WR); }

bool Client::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

bool Client::Readable(std::chrono::milliseconds within) const {
  pollfd self{fd_, POLLIN, 0};
  return poll(&self, 1, static_cast<int>(within.count())) > 0;
}

bool Client::Fill() {
  std::array<char, 65536> bytes;
  const ssize_t n = recv(fd_, bytes.data(), bytes.size(), 0);
  if (n <= 0) return false;
  buffer_.append(bytes.data(), static_cast<std::size_t>(n));
  return true;
}

std::string Client::ReadBytes(std::size_t count) {
  while (buffer_.size() < count && Fill()) {
  }
  std::string bytes = buffer_.substr(0, count);
  buffer_.erase(0, bytes.size());
  return bytes;
}

std::string Client::ReadUntil(std::string_view mark) {
  std::size_t at = 0;
  while ((at = buffer_.find(mark)) == std::string::npos) {
    if (!Fill()) return std::exchange(buffer_, "");
  }
  return ReadBytes(at + mark.size());
}

std::string Client::ReadToEnd() {
  while (Fill()) {
  }
  return std::exchange(buffer_, "");
}

Reply Client::Read(bool head) {
  Reply reply;
  std::string text = ReadUntil("\r\n\r\n");
  if (text.size() < 16 || text.substr(0, 9) != "HTTP/1.1 ") return reply;
  reply.status = std::atoi(text.c_str() + 9);
  text.erase(0, text.find("\r\n") + 2);
  while (text.size() > 2) {
    const std::size_t end = text.find("\r\n");
    const std::size_t colon = text.find(": ");
    std::string name = text.substr(0, colon);
    std::transform(name.begin(), name.end(), name.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    });
    reply.headers[name] = text.substr(colon + 2, end - colon - 2);
    text.erase(0, end + 2);
  }
  const auto length = reply.headers.find("content-length");
  if (!head && length != reply.headers.end()) {
    reply.body = ReadBytes(std::stoul(length->second));
  }
  return reply;
}

Reply Client::Get(const std::string& path, const std::string& headers) {
  Send("GET " + path + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n");
  return Read();
}

}  // namespace prewarm::http
