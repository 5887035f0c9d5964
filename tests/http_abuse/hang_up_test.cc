// Clients that go away at the worst moment.
#include "tests/http_abuse/abuse_test.h"

namespace prewarm::http {
namespace {

using testing::HasSubstr;

TEST_F(AbuseTest, RepliesNeverReachAnotherClientWhenOthersHangUp) {
  Start();
  // Every client asks for its own number; most leave before the answer, so
  // that descriptor numbers are taken over while answers are under way.
  for (int i = 0; i < 1500; ++i) {
    const std::string mine = "number-" + std::to_string(i);
    Client client = Connect();
    client.Send(GetText("/echo?text=" + mine));
    if (i % 3 == 0) {
      const Reply reply = client.Read();
      ASSERT_EQ(reply.status, 200);
      ASSERT_EQ(reply.body, mine);
    } else if (i % 3 == 1) {
      client.Reset();
    }
  }
  ExpectAlive();
}

TEST_F(AbuseTest, AHeldReplyDoesNotReachWhoeverComesNext) {
  Start();
  {
    Client gone = Connect();
    gone.Send(GetText("/held"));
    WaitForHeld(1);
    gone.Reset();
  }
  std::vector<Client> next;
  for (int i = 0; i < 20; ++i) {
    next.push_back(Connect());
    next.back().Send(GetText("/held"));
  }
  WaitForHeld(21);
  auto held = TakeHeld();
  held[0]->Send(Text("for who has gone"));
  for (std::size_t i = 1; i < held.size(); ++i) held[i]->Send(Text("yours"));
  for (Client& client : next) EXPECT_EQ(client.Read().body, "yours");
}

TEST_F(AbuseTest, StreamChurnDoesNotAbort) {
  Start();
  for (int i = 0; i < 300; ++i) {
    Client client = Connect();
    client.Send(GetText("/events"));
    WaitForStreams(1);
    const auto stream = TakeStreams().at(0);
    hand_->Do([stream] {
      while (stream->Write("data: x\n\n")) {
      }
    });
    if (i % 2 == 0) {
      EXPECT_THAT(client.ReadUntil("data: x\n\n"), HasSubstr("event-stream"));
    }
    client.Reset();
  }
  ExpectAlive();
}

TEST_F(AbuseTest, WhoLeavesBeforeTheReplyIsReported) {
  Start();
  Client client = Connect();
  client.Send(GetText("/held"));
  WaitForHeld(1);
  const auto held = TakeHeld();
  std::mutex mutex;
  std::condition_variable told;
  bool gone = false;
  held[0]->OnClientGone([&] {
    const std::lock_guard lock(mutex);
    gone = true;
    told.notify_all();
  });
  client.Reset();
  std::unique_lock lock(mutex);
  EXPECT_TRUE(
      told.wait_for(lock, std::chrono::seconds(30), [&] { return gone; }));
  EXPECT_TRUE(held[0]->ClientGone());
}

TEST_F(AbuseTest, AClientThatOnlyEndsItsSendingGetsItsWholeReply) {
  Start();
  Client client = Connect();
  client.Send(GetText("/big?mib=16"));
  client.EndSending();
  EXPECT_EQ(client.Read().body.size(), std::size_t{16} << 20);
}

TEST_F(AbuseTest, ManyIdleConnectionsDisturbNobody) {
  Start();
  std::vector<Client> idle;
  idle.reserve(150);
  for (int i = 0; i < 150; ++i) idle.push_back(Connect());
  ExpectAlive();
  for (Client& client : idle) {
    ASSERT_EQ(client.Get("/hello").body, "hello");
  }
}

TEST_F(AbuseTest, DestructionWithRepliesInFlightEndsEveryConnection) {
  Start();
  Client waiting = Connect();
  Client watching = Connect();
  Client reading = Connect();
  Client silent = Connect();
  waiting.Send(GetText("/held"));
  watching.Send(GetText("/events"));
  reading.Send(GetText("/big?mib=16"));
  WaitForHeld(1);
  WaitForStreams(1);
  EXPECT_EQ(reading.ReadBytes(12), "HTTP/1.1 200");
  server_.reset();
  EXPECT_EQ(waiting.ReadToEnd(), "");
  EXPECT_THAT(watching.ReadToEnd(), HasSubstr("event-stream"));
  EXPECT_LT(reading.ReadToEnd().size(), std::size_t{16} << 20);
  EXPECT_EQ(silent.ReadToEnd(), "");
  const auto held = TakeHeld();
  EXPECT_TRUE(held[0]->ClientGone());
  held[0]->Send(Text("late"));
  EXPECT_FALSE(TakeStreams()[0]->Write("data: late\n\n"));
}

TEST_F(AbuseTest, DestructionUnderLoadIsClean) {
  for (int round = 0; round < 10; ++round) {
    Start();
    const int at = port();
    std::vector<std::thread> clients;
    clients.reserve(4);
    for (int c = 0; c < 4; ++c) {
      clients.emplace_back([at] {
        Client client(at);
        while (client.connected() && client.Get("/echo?text=a").status == 200) {
        }
      });
    }
    Client one = Connect();
    for (int i = 0; i < 20; ++i) one.Get("/echo?text=b");
    server_.reset();
    for (auto& client : clients) client.join();
  }
}

}  // namespace
}  // namespace prewarm::http
