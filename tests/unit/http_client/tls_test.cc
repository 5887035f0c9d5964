#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "tests/unit/http_client/tls_server.h"
#include "warmup-controller/http_client/http_client.h"

namespace prewarm {
namespace {

using testing::HasSubstr;

class TlsTest : public testing::Test {
 protected:
  static Result<HttpAnswer> Get(const std::string& url,
                                const ConnectionOptions& options) {
    auto client = MakeHttpClient(4, options);
    if (!client.ok()) return client.error();
    std::promise<Result<HttpAnswer>> promise;
    HttpCall call;
    call.url = url;
    call.timeout = std::chrono::seconds(30);
    (*client)->Send(call, [&promise](Result<HttpAnswer> answer) {
      promise.set_value(std::move(answer));
    });
    return promise.get_future().get();
  }
  static ErrorCode CodeOf(const std::string& url,
                          const ConnectionOptions& options) {
    const auto answer = Get(url, options);
    EXPECT_FALSE(answer.ok());
    return answer.ok() ? ErrorCode::kInternal : answer.error().code;
  }
  static std::string FieldOf(const ConnectionOptions& options) {
    const Status status = CheckConnectionOptions(options);
    return status.ok() ? "" : status.error().field;
  }

  TestAuthority ours_{"ours"};
  TestAuthority theirs_{"theirs"};
};

TEST_F(TlsTest, OwnAuthorityIsTrustedByAddressAndByName) {
  const TlsServer server(ours_.Issue("server", "IP:127.0.0.1,DNS:localhost"),
                         "");
  ConnectionOptions options;
  options.tls.ca_pem = ours_.pem();
  EXPECT_TRUE(Get(server.Url("127.0.0.1"), options).ok());
  EXPECT_TRUE(Get(server.Url("localhost"), options).ok());
}

TEST_F(TlsTest, OneOfSeveralAuthoritiesIsEnough) {
  const TlsServer server(ours_.Issue("server", "IP:127.0.0.1"), "");
  ConnectionOptions options;
  options.tls.ca_pem = theirs_.pem() + ours_.pem();
  EXPECT_TRUE(Get(server.Url("127.0.0.1"), options).ok());
}

TEST_F(TlsTest, ServersOfOthersAndOfOtherNamesAreNotBelieved) {
  const TlsServer server(ours_.Issue("127.0.0.1", "DNS:elsewhere"), "");
  ConnectionOptions options;
  options.tls.ca_pem = ours_.pem();
  EXPECT_EQ(CodeOf(server.Url("127.0.0.1"), options), ErrorCode::kUnavailable);
  const TlsServer other(theirs_.Issue("server", "IP:127.0.0.1"), "");
  EXPECT_EQ(CodeOf(other.Url("127.0.0.1"), options), ErrorCode::kUnavailable);
  // The system's authorities know it neither.
  EXPECT_EQ(CodeOf(other.Url("127.0.0.1"), {}), ErrorCode::kUnavailable);
  options.tls.verify = false;
  EXPECT_TRUE(Get(other.Url("127.0.0.1"), options).ok());
}

TEST_F(TlsTest, ClientShowsItsCertificate) {
  const TlsServer server(ours_.Issue("server", "IP:127.0.0.1"), theirs_.pem());
  const Identity identity = theirs_.Issue("system:admin", "DNS:client");
  ConnectionOptions options;
  options.tls.ca_pem = ours_.pem();
  options.tls.cert_pem = identity.cert_pem;
  options.tls.key_pem = identity.key_pem;
  const auto answer = Get(server.Url("127.0.0.1"), options);
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  EXPECT_EQ(answer->body, "system:admin");
}

TEST_F(TlsTest, WhatIsWrongIsSaidByItsField) {
  const Identity one = ours_.Issue("one", "DNS:one");
  const Identity two = ours_.Issue("two", "DNS:two");
  ConnectionOptions options;
  options.tls.ca_pem = "none";
  EXPECT_EQ(FieldOf(options), "ca_pem");
  options.tls.ca_pem = ours_.pem() + "-----BEGIN CERTIFICATE-----\nzzz\n";
  EXPECT_EQ(FieldOf(options), "ca_pem");
  options.tls.ca_pem = ours_.pem();
  options.tls.cert_pem = one.cert_pem;
  EXPECT_EQ(FieldOf(options), "key_pem");
  options.tls.key_pem = two.key_pem;
  EXPECT_EQ(FieldOf(options), "key_pem");
  options.tls.key_pem = one.key_pem;
  EXPECT_EQ(FieldOf(options), "");
  options.tls.cert_pem = "";
  EXPECT_EQ(FieldOf(options), "cert_pem");
}

TEST_F(TlsTest, ProxyIsAskedWhereOneIsNamed) {
  std::string seen;
  const RawServer proxy([&seen](const std::string& request, int connection) {
    seen = request;
    RawServer::Send(connection, RawServer::Answer("200 OK", "by proxy"));
    return true;
  });
  ConnectionOptions options;
  options.proxy_url = "http://127.0.0.1:" + std::to_string(proxy.port());
  const auto answer = Get("http://example.invalid/x", options);
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  EXPECT_EQ(answer->body, "by proxy");
  EXPECT_THAT(seen, HasSubstr("GET http://example.invalid/x HTTP/1.1"));
  for (const char* url : {"https://a:1", "socks5://a:1", "a:1",
                          "http://user:pass@a:1", "http://a:1/path"}) {
    options.proxy_url = url;
    EXPECT_EQ(FieldOf(options), "proxy_url") << url;
  }
}

}  // namespace
}  // namespace prewarm
