// Both listeners as a browser and a scraper meet them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/http_abuse/client.h"
#include "tests/unit/controller_api/fakes.h"

namespace prewarm {
namespace {

using http::Client;
using testing::HasSubstr;

class ListenersTest : public testing::Test {
 protected:
  ListenersTest() {
    api_.context.post_intent = [](const IntentPost&, SteadyTime) {
      return Result<IntentGrant>(IntentGrant{});
    };
    api_.Begin();
    api_.Publish();
    inner_ = Start(Listener::kInner, api_.inner);
    outer_ = Start(Listener::kOuter, api_.outer);
  }

  static std::unique_ptr<http::Server> Start(
      Listener listener, const std::shared_ptr<http::Router>& router) {
    http::ServerOptions options = ApiServerOptions(listener);
    options.host = "127.0.0.1";
    options.port = 0;
    options.cors_origins = {"https://shop.example"};
    auto server = http::Server::Start(options, router);
    EXPECT_TRUE(server.ok());
    return std::move(server).value();
  }
  static http::Reply Post(Client* client, const std::string& body,
                          const std::string& type) {
    client->Send("POST " + std::string(kIntentPath) +
                 " HTTP/1.1\r\nHost: a\r\nOrigin: https://shop.example\r\n"
                 "Content-Type: " +
                 type + "\r\nContent-Length: " + std::to_string(body.size()) +
                 "\r\n\r\n" + body);
    return client->Read();
  }

  WholeApi api_;
  std::unique_ptr<http::Server> inner_;
  std::unique_ptr<http::Server> outer_;
};

TEST_F(ListenersTest, APageMayPostIntentsWithATokenFromItsOrigin) {
  Client client(outer_->port());
  client.Send("OPTIONS " + std::string(kIntentPath) +
              " HTTP/1.1\r\nHost: a\r\nOrigin: https://shop.example\r\n"
              "Access-Control-Request-Method: POST\r\n"
              "Access-Control-Request-Headers: x-prewarm-intent-token\r\n"
              "\r\n");
  http::Reply preflight = client.Read();
  EXPECT_EQ(preflight.status, 204);
  EXPECT_THAT(preflight.headers["access-control-allow-methods"],
              HasSubstr("POST"));
  EXPECT_THAT(preflight.headers["access-control-allow-headers"],
              HasSubstr("X-Prewarm-Intent-Token"));
  http::Reply reply =
      Post(&client, R"({"visitor":"abcdefgh","state":"open"})", "text/plain");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.headers["access-control-allow-origin"],
            "https://shop.example");
}

TEST_F(ListenersTest, LongBodiesAreRefused) {
  Client client(outer_->port());
  EXPECT_EQ(Post(&client, std::string(1025, ' '), "text/plain").status, 413);
  EXPECT_EQ(Post(&client, std::string(5000, ' '), "text/plain").status, 413);
}

TEST_F(ListenersTest, AStreamTellsOfAChange) {
  Client client(outer_->port());
  client.Send("GET " + std::string(kWarmupPath) +
              " HTTP/1.1\r\nHost: a\r\nAccept: text/event-stream\r\n\r\n");
  EXPECT_THAT(client.ReadUntil("\"state\":\"cold\""),
              HasSubstr("Content-Type: text/event-stream"));
  api_.target.state = "ready";
  api_.Publish();
  EXPECT_THAT(client.ReadUntil("\"state\":\"ready\""),
              HasSubstr("event: warmup"));
}

TEST_F(ListenersTest, AStreamEndsWithItsTarget) {
  Client client(outer_->port());
  client.Send("GET " + std::string(kWarmupPath) +
              " HTTP/1.1\r\nHost: a\r\nAccept: text/event-stream\r\n\r\n");
  client.ReadUntil("\"state\":\"cold\"");
  api_.board.Publish(std::make_shared<const ControllerStatus>());
  client.ReadToEnd();
  EXPECT_EQ(Client(outer_->port()).Get(kWarmupPath).status, 404);
}

TEST_F(ListenersTest, MethodsThatAreNotServedAre405) {
  Client client(inner_->port());
  client.Send("DELETE " + std::string(kWarmupPath) +
              " HTTP/1.1\r\nHost: a\r\n\r\n");
  http::Reply reply = client.Read();
  EXPECT_EQ(reply.status, 405);
  EXPECT_EQ(reply.headers["allow"], "GET, HEAD, OPTIONS");
  EXPECT_EQ(client.Get("/metrics").status, 200);
  EXPECT_EQ(Client(outer_->port()).Get("/metrics").status, 404);
}

}  // namespace
}  // namespace prewarm
