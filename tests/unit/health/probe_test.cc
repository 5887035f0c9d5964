#include "common/health/probe.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <future>
#include <string>

namespace prewarm {
namespace {

constexpr std::chrono::seconds kPatience{20};

// Answers one connection with given bytes, then closes it.
class OneAnswer {
 public:
  OneAnswer() : listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(bind(listener_, generic, size), 0);
    EXPECT_EQ(listen(listener_, 1), 0);
    EXPECT_EQ(getsockname(listener_, generic, &size), 0);
    url_.host = "127.0.0.1";
    url_.port = std::to_string(ntohs(address.sin_port));
    url_.path = "/livez";
  }
  ~OneAnswer() { close(listener_); }

  const HealthUrl& url() const { return url_; }

  // What it was asked.
  std::future<std::string> Answer(const std::string& reply) {
    return std::async(std::launch::async, [this, reply] {
      const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      std::string request;
      char piece[256];
      while (request.find("\r\n\r\n") == std::string::npos) {
        const ssize_t got = read(fd, piece, sizeof piece);
        if (got <= 0) break;
        request.append(piece, static_cast<std::size_t>(got));
      }
      EXPECT_EQ(write(fd, reply.data(), reply.size()),
                static_cast<ssize_t>(reply.size()));
      close(fd);
      return request;
    });
  }

 private:
  int listener_;
  HealthUrl url_;
};

TEST(HealthUrlTest, HasHostPortAndPath) {
  const auto url = ParseHealthUrl("http://127.0.0.1:8080/livez?a=b");
  ASSERT_TRUE(url.ok());
  EXPECT_EQ(url->host, "127.0.0.1");
  EXPECT_EQ(url->port, "8080");
  EXPECT_EQ(url->path, "/livez?a=b");
}

TEST(HealthUrlTest, PortAndPathMayBeMissing) {
  const auto url = ParseHealthUrl("http://localhost");
  ASSERT_TRUE(url.ok());
  EXPECT_EQ(url->port, "80");
  EXPECT_EQ(url->path, "/");
}

TEST(HealthUrlTest, AnAddressOfIpv6IsInBrackets) {
  const auto url = ParseHealthUrl("http://[::1]:8090/healthz");
  ASSERT_TRUE(url.ok());
  EXPECT_EQ(url->host, "::1");
  EXPECT_EQ(url->port, "8090");
  EXPECT_EQ(ParseHealthUrl("http://[::1]/")->port, "80");
}

TEST(HealthUrlTest, WhatIsNoUrlIsRefusedWithAnExample) {
  for (const char* text :
       {"", "livez", "https://a/", "http://", "http:///livez", "http://a:0/",
        "http://a:65536/", "http://a:x/", "http://a:/", "http://::1/",
        "http://u@a/", "http://a?b", "http://a/\r\nX: y", "http://[]/",
        "http://[::1/", "http://a/\xc3\xa4", "http://a/ b"}) {
    const auto url = ParseHealthUrl(text);
    ASSERT_FALSE(url.ok()) << text;
    EXPECT_EQ(url.error().code, ErrorCode::kInvalidArgument) << text;
    EXPECT_NE(url.error().message.find("http://127.0.0.1:8080/livez"),
              std::string::npos);
  }
  EXPECT_FALSE(ParseHealthUrl("http://a/" + std::string(2000, 'x')).ok());
}

TEST(HealthReplyTest, OnlyTwoHundredsAreWell) {
  EXPECT_TRUE(JudgeReply("HTTP/1.1 200 OK\r\n").ok());
  EXPECT_TRUE(JudgeReply("HTTP/1.0 204\r\n").ok());
  for (const char* line : {"HTTP/1.1 503 Service Unavailable\r\nA: b",
                           "HTTP/1.1 302 Found", "HTTP/1.1 404 Not Found"}) {
    EXPECT_EQ(JudgeReply(line).error().code, ErrorCode::kUnavailable) << line;
  }
  EXPECT_EQ(
      JudgeReply("HTTP/1.1 503 Service Unavailable\r\nA: b").error().message,
      "it answered 503 Service Unavailable");
}

TEST(HealthReplyTest, OtherProtocolsAreNotWell) {
  for (const char* line : {"", "\r\n", "HTTP/1.1", "HTTP/1.1 2",
                           "SSH-2.0-x 200", "HTTP/2 200", "HTTP/1.1 2000"}) {
    EXPECT_EQ(JudgeReply(line).error().code, ErrorCode::kUnprocessable) << line;
  }
}

TEST(AskHealthTest, AsksForThePathAndBelievesTheStatus) {
  OneAnswer server;
  auto asked = server.Answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  EXPECT_TRUE(AskHealth(server.url(), kPatience).ok());
  const std::string request = asked.get();
  EXPECT_EQ(request.find("GET /livez HTTP/1.1\r\nHost: 127.0.0.1:"), 0U)
      << request;
}

TEST(AskHealthTest, AServerThatIsNotReadyIsNotWell) {
  OneAnswer server;
  auto asked = server.Answer("HTTP/1.1 503 Service Unavailable\r\n\r\n");
  const Status status = AskHealth(server.url(), kPatience);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::kUnavailable);
  asked.get();
}

TEST(AskHealthTest, AConnectionThatEndsIsNotWell) {
  OneAnswer server;
  auto asked = server.Answer("HTTP");
  EXPECT_EQ(AskHealth(server.url(), kPatience).error().code,
            ErrorCode::kUnprocessable);
  asked.get();
}

TEST(AskHealthTest, AServerThatSaysNothingIsLeftAtTheDeadline) {
  const OneAnswer server;  // accepts nobody: the kernel does, into its queue
  const Status status = AskHealth(server.url(), std::chrono::milliseconds(50));
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::kDeadlineExceeded);
}

TEST(AskHealthTest, NobodyThereIsNotWell) {
  HealthUrl url;
  {
    const OneAnswer server;
    url = server.url();
  }
  const Status status = AskHealth(url, kPatience);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::kUnavailable);
  EXPECT_NE(status.error().message.find("can't connect"), std::string::npos);
}

TEST(AskHealthTest, ANameThatIsNoneIsNotWell) {
  HealthUrl url;
  url.host = "256.256.256.256";
  EXPECT_EQ(AskHealth(url, kPatience).error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace prewarm
