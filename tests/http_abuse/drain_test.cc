// The end of a server's life.
#include <atomic>

#include "tests/http_abuse/abuse_test.h"

namespace prewarm::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Drains in a thread of its own.
class Drainer {
 public:
  explicit Drainer(Server* server, milliseconds deadline = seconds(30))
      : thread_(
            [this, server, deadline] { clean_ = server->Drain(deadline); }) {}
  bool Clean() {
    thread_.join();
    return clean_;
  }

 private:
  std::atomic<bool> clean_{false};
  std::thread thread_;
};

void WaitUntilRefused(int port) {
  while (Client(port).connected()) std::this_thread::yield();
}

TEST_F(AbuseTest, GracefulDrainFinishesWorkInFlight) {
  Start();
  Client client = Connect();
  client.Send(GetText("/held"));
  WaitForHeld(1);
  Drainer drainer(server_.get());
  WaitUntilRefused(port());
  TakeHeld()[0]->Send(Text("done"));
  const Reply reply = client.Read();
  EXPECT_EQ(reply.body, "done");
  EXPECT_EQ(reply.headers.at("connection"), "close");
  EXPECT_TRUE(drainer.Clean());
}

TEST_F(AbuseTest, DrainRefusesNewConnections) {
  Start();
  const int at = port();
  EXPECT_TRUE(server_->Drain(seconds(30)));
  EXPECT_FALSE(Client(at).connected());
}

TEST_F(AbuseTest, DrainAnswersAnOpenConnectionAndClosesIt) {
  Start();
  Client client = Connect();
  EXPECT_EQ(client.Get("/hello").body, "hello");
  EXPECT_TRUE(server_->Drain(seconds(30)));
  const Reply last = client.Get("/hello");
  EXPECT_EQ(last.body, "hello");
  EXPECT_EQ(last.headers.at("connection"), "close");
  EXPECT_EQ(client.ReadToEnd(), "");
}

TEST_F(AbuseTest, DrainAnswersAllPipelinedRequestsBeforeItCloses) {
  Start();
  Client client = Connect();
  client.Send(GetText("/held") + GetText("/held") + GetText("/held"));
  WaitForHeld(3);
  Drainer drainer(server_.get());
  WaitUntilRefused(port());
  for (const auto& held : TakeHeld()) held->Send(Text("done"));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(client.Read().body, "done");
  EXPECT_EQ(client.ReadToEnd(), "");
  EXPECT_TRUE(drainer.Clean());
}

TEST_F(AbuseTest, DrainWaitsForARequestThatIsArriving) {
  Start();
  Client client = Connect();
  client.Send(PostHead("/length", "4", "Expect: 100-continue\r\n"));
  EXPECT_EQ(client.ReadUntil("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  Drainer drainer(server_.get());
  WaitUntilRefused(port());
  client.Send("abcd");
  EXPECT_EQ(client.Read().body, "4");
  EXPECT_TRUE(drainer.Clean());
}

TEST_F(AbuseTest, DrainWaitsUntilABigReplyHasLeft) {
  Start();
  Client client = Connect();
  client.Send(GetText("/big?mib=16"));
  EXPECT_EQ(client.ReadBytes(12), "HTTP/1.1 200");
  EXPECT_FALSE(server_->Drain(milliseconds(0)));
  Drainer drainer(server_.get());
  EXPECT_GT(client.ReadUntil(std::string(15 << 20, 'b')).size(), 15U << 20);
  client.ReadBytes(1 << 20);
  EXPECT_TRUE(drainer.Clean());
}

TEST_F(AbuseTest, DrainGivesUpAtItsDeadline) {
  Start();
  Client client = Connect();
  client.Send(GetText("/held"));
  WaitForHeld(1);
  EXPECT_FALSE(server_->Drain(milliseconds(20)));
}

TEST_F(AbuseTest, DrainDoesNotWaitForOpenStreams) {
  Start();
  Client watcher = Connect();
  watcher.Send(GetText("/events"));
  WaitForStreams(1);
  EXPECT_TRUE(server_->Drain(seconds(30)));
}

TEST_F(AbuseTest, DrainDoesNotWaitForIdleConnections) {
  Start();
  Client idle = Connect();
  EXPECT_EQ(idle.Get("/hello").body, "hello");
  EXPECT_TRUE(server_->Drain(seconds(30)));
}

TEST_F(AbuseTest, WhoWaitedToBeAcceptedIsStillAnswered) {
  Start();
  std::vector<Client> clients;
  for (int i = 0; i < 100; ++i) {
    clients.push_back(Connect());
    clients.back().Send(GetText("/hello"));
  }
  server_->Drain(seconds(30));
  for (Client& client : clients) EXPECT_EQ(client.Read().body, "hello");
}

}  // namespace
}  // namespace prewarm::http
