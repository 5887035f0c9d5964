// What a well-behaved client may rely on.
#include "tests/http_abuse/abuse_test.h"

namespace prewarm::http {
namespace {

using testing::HasSubstr;

TEST_F(AbuseTest, PipelinedRequestsAnswerInOrder) {
  Start();
  Client client = Connect();
  std::string all;
  for (int i = 0; i < 12; ++i) all += GetText("/held");
  client.Send(all);
  WaitForHeld(12);
  auto held = TakeHeld();
  for (int i = 11; i >= 0; --i) {
    held[static_cast<std::size_t>(i)]->Send(Text(std::to_string(i)));
  }
  for (int i = 0; i < 12; ++i) EXPECT_EQ(client.Read().body, std::to_string(i));
}

TEST_F(AbuseTest, ManyPipelinedRequestsThatAreAnsweredAtOnceAllAre) {
  Start();
  Client client = Connect();
  std::string all;
  for (int i = 0; i < 500; ++i) all += GetText("/hello");
  client.Send(all);
  for (int i = 0; i < 500; ++i) ASSERT_EQ(client.Read().body, "hello") << i;
}

TEST_F(AbuseTest, TooManyUnansweredPipelinedRequestsAreRefused) {
  ServerOptions options = Local();
  options.threads = 1;
  Start(options);
  Client client = Connect();
  std::string all;
  for (int i = 0; i < 17; ++i) all += GetText("/held");
  client.Send(all);
  WaitForHeld(16);
  ExpectAlive();  // by the same thread, so the 17th has been read
  for (const auto& held : TakeHeld()) held->Send(Text("ok"));
  for (int i = 0; i < 16; ++i) EXPECT_EQ(client.Read().body, "ok");
  EXPECT_EQ(client.Read().status, 429);
  EXPECT_EQ(client.ReadToEnd(), "");
}

TEST_F(AbuseTest, ExpectContinueIsAnsweredAtOnce) {
  Start();
  Client client = Connect();
  client.Send(PostHead("/length", "5", "Expect: 100-continue\r\n"));
  EXPECT_EQ(client.ReadUntil("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.Send("abcde");
  EXPECT_EQ(client.Read().body, "5");
}

TEST_F(AbuseTest, AContinueNeverPrecedesAnEarlierReply) {
  ServerOptions options = Local();
  options.threads = 1;
  Start(options);
  Client client = Connect();
  client.Send(GetText("/held") +
              PostHead("/length", "5", "Expect: 100-continue\r\n"));
  WaitForHeld(1);
  ExpectAlive();  // by the same thread: it has read the second head, too
  TakeHeld()[0]->Send(Text("first"));
  EXPECT_EQ(client.Read().body, "first");
  client.Send("abcde");
  EXPECT_EQ(client.Read().body, "5");
}

TEST_F(AbuseTest, ARefusedExpectationIsNotContinued) {
  Start();
  Client client = Connect();
  client.Send(PostHead("/length", "99999999", "Expect: 100-continue\r\n"));
  EXPECT_EQ(client.Read().status, 413);
}

TEST_F(AbuseTest, TheConnectionIsKeptByDefaultAndClosedWhenAsked) {
  Start();
  Client client = Connect();
  for (int i = 0; i < 3; ++i) {
    const Reply reply = client.Get("/hello");
    EXPECT_EQ(reply.body, "hello");
    EXPECT_EQ(reply.headers.at("connection"), "keep-alive");
  }
  const Reply last = client.Get("/hello", "Connection: close\r\n");
  EXPECT_EQ(last.headers.at("connection"), "close");
  EXPECT_EQ(client.ReadToEnd(), "");
}

TEST_F(AbuseTest, Http10ClientsAreAnsweredAndTheConnectionEnds) {
  Start();
  Client client = Connect();
  client.Send("GET /hello HTTP/1.0\r\n\r\n");
  EXPECT_EQ(client.Read().body, "hello");
  EXPECT_EQ(client.ReadToEnd(), "");
}

TEST_F(AbuseTest, HeadHasTheLengthButNotTheBody) {
  Start();
  Client client = Connect();
  client.Send("HEAD /hello HTTP/1.1\r\nHost: x\r\n\r\n");
  const Reply head = client.Read(/*head=*/true);
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.headers.at("content-length"), "5");
  EXPECT_EQ(client.Get("/hello").body, "hello");  // nothing lay in between
}

TEST_F(AbuseTest, ARefusedHeadHasNoBodyEither) {
  Start();
  Client client = Connect();
  client.Send("HEAD /none HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.Read(/*head=*/true).status, 404);
  EXPECT_EQ(client.Get("/hello").body, "hello");
}

TEST_F(AbuseTest, AHeadOfAStreamEndsAtOnce) {
  Start();
  Client client = Connect();
  client.Send("HEAD /events HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.Read(/*head=*/true).status, 200);
  EXPECT_EQ(client.ReadToEnd(), "");
}

TEST_F(AbuseTest, OptionsNamesTheMethods) {
  Start();
  Client client = Connect();
  client.Send("OPTIONS /hello HTTP/1.1\r\nHost: x\r\n\r\n");
  const Reply reply = client.Read();
  EXPECT_EQ(reply.status, 204);
  EXPECT_EQ(reply.headers.at("allow"), "GET, HEAD, OPTIONS");
  EXPECT_EQ(reply.headers.count("content-length"), 0U);
}

TEST_F(AbuseTest, APreflightIsAnsweredForAllowedOrigins) {
  ServerOptions options = Local();
  options.cors_origins = {"https://shop.example"};
  Start(options);
  Client client = Connect();
  client.Send(
      "OPTIONS /length HTTP/1.1\r\nHost: x\r\nOrigin: https://shop.example\r\n"
      "Access-Control-Request-Method: POST\r\n\r\n");
  const Reply reply = client.Read();
  EXPECT_EQ(reply.status, 204);
  EXPECT_EQ(reply.headers.at("access-control-allow-origin"),
            "https://shop.example");
  EXPECT_THAT(reply.headers.at("access-control-allow-methods"),
              HasSubstr("POST"));
}

TEST_F(AbuseTest, TheRequestIdIsGivenBack) {
  Start();
  Client client = Connect();
  EXPECT_EQ(client.Get("/hello", "X-Request-Id: mine-1\r\n")
                .headers.at("x-request-id"),
            "mine-1");
  EXPECT_EQ(client.Get("/hello").headers.at("x-request-id").size(), 16U);
}

TEST_F(AbuseTest, PercentEscapesAreDecoded) {
  Start();
  EXPECT_EQ(Connect().Get("/ech%6f?text=a%20b+c%2B").body, "a b c+");
}

TEST_F(AbuseTest, AStreamArrivesFrameByFrameAndEndsWithItsConnection) {
  Start();
  Client client = Connect();
  client.Send(GetText("/events"));
  WaitForStreams(1);
  const auto stream = TakeStreams().at(0);
  EXPECT_THAT(client.ReadUntil("\r\n\r\n"), HasSubstr("text/event-stream"));
  for (const char* frame : {"data: 1\n\n", "data: 2\n\n"}) {
    EXPECT_TRUE(stream->Write(frame));
    EXPECT_EQ(client.ReadUntil("\n\n"), frame);
  }
  stream->Close();
  EXPECT_FALSE(stream->Write("data: 3\n\n"));
  EXPECT_EQ(client.ReadToEnd(), "");
}

TEST_F(AbuseTest, ATakenPortIsAnErrorThatNamesIt) {
  Start();
  ServerOptions second = Local();
  second.port = port();
  const auto started = Server::Start(second, std::make_shared<Router>());
  ASSERT_FALSE(started.ok());
  EXPECT_THAT(started.error().message, HasSubstr(std::to_string(port())));
  EXPECT_THAT(started.error().message, HasSubstr("in use"));
}

TEST_F(AbuseTest, AHostThatIsNoneIsAnError) {
  ServerOptions options = Local();
  options.host = "999.1.1.1";
  EXPECT_FALSE(Server::Start(options, std::make_shared<Router>()).ok());
}

TEST_F(AbuseTest, TheDualStackAddressServesIpv4ToItsOwnAddress) {
  ServerOptions options = Local();
  options.host = "[::]";
  auto router = std::make_shared<Router>();
  router->Add("GET", "/peer",
              [](const Request& request, const ResponderPtr& r) {
                r->Send(Text(request.peer_address));
              });
  auto started = Server::Start(options, router);
  if (!started.ok()) GTEST_SKIP() << started.error().message;  // no IPv6 here
  EXPECT_EQ(Client((*started)->port()).Get("/peer").body, "127.0.0.1");
}

}  // namespace
}  // namespace prewarm::http
