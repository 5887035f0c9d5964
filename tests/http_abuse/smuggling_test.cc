// Bytes meant to be read in two ways, or to cost more than they are worth.
#include "tests/http_abuse/abuse_test.h"

namespace prewarm::http {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kSmuggled[] =
    "GET /echo?text=smuggled HTTP/1.1\r\nHost: x\r\n\r\n";

TEST_F(AbuseTest, ChunkSplitBetweenCrAndLfAnswers411) {
  Start();
  Client client = Connect();
  client.Send(
      "POST /length HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5\r");
  EXPECT_EQ(client.Read().status, 411);
  client.Send("\nhello\r\n0\r\n\r\n");
  EXPECT_EQ(client.ReadToEnd(), "");
  ExpectAlive();
}

TEST_F(AbuseTest, AHeadSplitAtEveryByteIsTheSameRequest) {
  Start();
  const std::string request = PostHead("/length", "4") + "abcd";
  for (std::size_t i = 1; i < request.size(); ++i) {
    Client client = Connect();
    client.Send(request.substr(0, i));
    client.Send(request.substr(i));
    ASSERT_EQ(client.Read().body, "4") << i;
  }
}

TEST_F(AbuseTest, NoRequestIsParsedAfterA413) {
  Start();
  Client client = Connect();
  client.Send(PostHead("/length", "99999999") + kSmuggled);
  const Reply reply = client.Read();
  EXPECT_EQ(reply.status, 413);
  EXPECT_EQ(reply.headers.at("connection"), "close");
  EXPECT_EQ(client.ReadToEnd(), "");
}

TEST_F(AbuseTest, NoRequestIsParsedAfterA400) {
  Start();
  Client client = Connect();
  client.Send(std::string("nonsense\r\n\r\n") + kSmuggled);
  EXPECT_EQ(client.Read().status, 400);
  EXPECT_EQ(client.ReadToEnd(), "");
}

TEST_F(AbuseTest, NoRequestIsParsedAfterConnectionClose) {
  Start();
  Client client = Connect();
  client.Send(
      std::string(
          "GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n") +
      kSmuggled);
  EXPECT_EQ(client.Read().body, "hello");
  EXPECT_EQ(client.ReadToEnd(), "");
}

TEST_F(AbuseTest, ContentLengthLies) {
  Start();
  const std::pair<const char*, int> lies[] = {
      {"Content-Length: 5\r\nContent-Length: 6", 400},
      {"Content-Length: 5, 5", 400},
      {"Content-Length: -1", 400},
      {"Content-Length: 0x5", 400},
      {"Content-Length: five", 400},
      {"Content-Length: 50000000000", 413},
      {"Content-Length: 18446744073709551616", 400},
      {"Content-Length: 5\r\nTransfer-Encoding: chunked", 411},
  };
  for (const auto& [lines, status] : lies) {
    Client client = Connect();
    client.Send(std::string("POST /length HTTP/1.1\r\nHost: x\r\n") + lines +
                "\r\n\r\n" + kSmuggled);
    EXPECT_EQ(client.Read().status, status) << lines;
    EXPECT_EQ(client.ReadToEnd(), "") << lines;
  }
}

TEST_F(AbuseTest, ABodyShorterThanItsLengthIsNoRequest) {
  Start();
  Client client = Connect();
  client.Send(PostHead("/length", "10") + "four");
  client.EndSending();
  EXPECT_EQ(client.ReadToEnd(), "");
}

TEST_F(AbuseTest, MegabyteHeadIsRefusedAt16K) {
  Start();
  Client client = Connect();
  const std::string sixteen(16 << 10, 'a');
  client.Send("GET / HTTP/1.1\r\nX: " + sixteen);
  EXPECT_EQ(client.Read().status, 431);
  for (int i = 0; i < 64 && client.Send(sixteen); ++i) {
  }
  EXPECT_EQ(client.ReadToEnd(), "");
  ExpectAlive();
}

TEST_F(AbuseTest, AnOversizedBodyIsRefusedFromItsHeadAlone) {
  ServerOptions options = Local();
  options.limits.body_bytes = 1 << 20;
  Start(options);
  Client client = Connect();
  client.Send(PostHead("/length", std::to_string(8 << 20)));
  EXPECT_EQ(client.Read().status, 413);  // not one byte of it was sent
}

TEST_F(AbuseTest, ABodyOfTheLimitIsRead) {
  Start();
  Client client = Connect();
  const std::size_t size = Limits{}.body_bytes;
  client.Send(PostHead("/length", std::to_string(size)));
  client.Send(std::string(size, 'x'));
  EXPECT_EQ(client.Read().body, std::to_string(size));
}

TEST_F(AbuseTest, WhoKeepsSendingAfterARefusalIsCutOff) {
  ServerOptions options = Local();
  options.limits.body_bytes = 1 << 20;
  Start(options);
  Client client = Connect();
  client.Send("nonsense\r\n\r\n");
  const std::string block(1 << 20, 'x');
  int sent = 0;
  while (client.Send(block)) ASSERT_LT(++sent, 10000);
}

TEST_F(AbuseTest, ExceptionTextDoesNotLeak) {
  Start();
  const Reply reply = Connect().Get("/throws");
  EXPECT_EQ(reply.status, 500);
  EXPECT_THAT(reply.body, Not(HasSubstr("secret")));
}

TEST_F(AbuseTest, ADroppedRequestIsA500) {
  Start();
  EXPECT_EQ(Connect().Get("/dropped").status, 500);
}

TEST_F(AbuseTest, RandomBytesAreRefusedOrAwaited) {
  Start();
  unsigned seed = 1;
  for (int i = 0; i < 200; ++i) {
    std::string bytes(300, '\0');
    for (char& c : bytes) {
      seed = seed * 1103515245 + 12345;
      c = static_cast<char>(seed >> 16);
    }
    Client client = Connect();
    client.Send(bytes + "\r\n\r\n");
    ASSERT_GE(client.Read().status, 400);
  }
  ExpectAlive();
}

}  // namespace
}  // namespace prewarm::http
