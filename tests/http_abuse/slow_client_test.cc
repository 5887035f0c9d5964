// Clients that are slow, or pretend to be.
#include "tests/http_abuse/abuse_test.h"

namespace prewarm::http {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

ServerOptions Impatient(ServerOptions options) {
  options.limits.head_timeout = milliseconds(150);
  options.limits.body_timeout = milliseconds(150);
  options.limits.idle_timeout = milliseconds(150);
  return options;
}

TEST_F(AbuseTest, SlowReaderDoesNotStopTheOthers) {
  ServerOptions options = Local();
  options.threads = 1;
  Start(options);
  Client slow = Connect();
  slow.Send(GetText("/big?mib=16"));
  EXPECT_EQ(slow.ReadBytes(12), "HTTP/1.1 200");
  for (int i = 0; i < 50; ++i) ExpectAlive();
  EXPECT_GT(slow.ReadUntil(std::string(1 << 20, 'b')).size(), 1U << 20);
}

TEST_F(AbuseTest, AReaderThatStopsIsCutOffAfterTheWriteTimeout) {
  ServerOptions options = Local();
  options.limits.write_timeout = milliseconds(100);
  Start(options);
  Client stopped(port(), /*receive_buffer=*/4096);
  stopped.Send(GetText("/big?mib=16"));
  // Nothing is read until the server has given up: then it reports the end of
  // our sending direction too.
  while (stopped.Send("\r\n")) std::this_thread::yield();
  EXPECT_LT(stopped.ReadToEnd().size(), std::size_t{16} << 20);
}

TEST_F(AbuseTest, WhenTooMuchIsUnsentTheSlowestReaderGoes) {
  ServerOptions options = Local();
  options.limits.pending_bytes = 24 << 20;
  Start(options);
  std::vector<Client> slow;
  for (int i = 0; i < 2; ++i) {
    slow.emplace_back(port(), /*receive_buffer=*/4096);
    slow.back().Send(GetText("/big?mib=20"));
  }
  while (slow[0].Send("\r\n") && slow[1].Send("\r\n")) {
    std::this_thread::yield();
  }
  ExpectAlive();
}

TEST_F(AbuseTest, TheReaderThatStoppedFirstGoesFirst) {
  ServerOptions options = Local();
  options.limits.pending_bytes = 24 << 20;
  Start(options);
  std::vector<Client> slow;
  for (int i = 0; i < 2; ++i) {
    slow.emplace_back(port(), /*receive_buffer=*/4096);
    slow.back().Send(GetText("/big?mib=20"));
    EXPECT_EQ(slow.back().ReadBytes(12), "HTTP/1.1 200");  // and no further
  }
  while (slow[0].Send("\r\n")) std::this_thread::yield();
  EXPECT_GT(slow[1].ReadUntil(std::string(20 << 20, 'b')).size(), 20U << 20);
}

TEST_F(AbuseTest, ASlowHeadIsAnswered408AndClosed) {
  Start(Impatient(Local()));
  Client client = Connect();
  client.Send("GET /hello HTTP/1.1\r\nHos");
  EXPECT_EQ(client.Read().status, 408);
  EXPECT_EQ(client.ReadToEnd(), "");
}

TEST_F(AbuseTest, AHeadThatTricklesIsAnswered408) {
  Start(Impatient(Local()));
  Client client = Connect();
  client.Send("GET /hello HTTP/1.1\r\n");
  while (!client.Readable(milliseconds(10)) && client.Send("X: y\r\n")) {
  }
  EXPECT_EQ(client.Read().status, 408);
}

TEST_F(AbuseTest, ASlowBodyIsAnswered408AndItsEndIsNoRequest) {
  Start(Impatient(Local()));
  Client client = Connect();
  client.Send(PostHead("/held", "5") + "ab");
  EXPECT_EQ(client.Read().status, 408);
  client.Send("cde" + GetText("/hello"));
  EXPECT_EQ(client.ReadToEnd(), "");
  EXPECT_TRUE(TakeHeld().empty());
}

TEST_F(AbuseTest, AnIdleConnectionIsClosedWithoutAWord) {
  Start(Impatient(Local()));
  Client client = Connect();
  EXPECT_EQ(client.Get("/hello").body, "hello");
  EXPECT_EQ(client.ReadToEnd(), "");
}

TEST_F(AbuseTest, AConnectionThatNeverSaysAnythingIsClosed) {
  Start(Impatient(Local()));
  EXPECT_EQ(Connect().ReadToEnd(), "");
}

TEST_F(AbuseTest, ASlowHandlerGetsNo408) {
  Start(Impatient(Local()));
  Client patient = Connect();
  patient.Send(GetText("/held"));
  WaitForHeld(1);
  // The timeouts have passed when the one that deserves it got its 408.
  Client slow = Connect();
  slow.Send("GET ");
  EXPECT_EQ(slow.Read().status, 408);
  TakeHeld()[0]->Send(Text("at last"));
  const Reply reply = patient.Read();
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, "at last");
}

TEST_F(AbuseTest, AQuietStreamGetsNo408) {
  Start(Impatient(Local()));
  Client watcher = Connect();
  watcher.Send(GetText("/events"));
  WaitForStreams(1);
  EXPECT_THAT(watcher.ReadUntil("\r\n\r\n"), HasSubstr("200"));
  Client slow = Connect();
  slow.Send("GET ");
  EXPECT_EQ(slow.Read().status, 408);
  EXPECT_TRUE(TakeStreams()[0]->Write("data: still here\n\n"));
  EXPECT_EQ(watcher.ReadUntil("\n\n"), "data: still here\n\n");
}

TEST_F(AbuseTest, ABusyConnectionWhoseHeadsStraddlePacketsIsNotTimedOut) {
  ServerOptions options = Impatient(Local());
  options.limits.idle_timeout = milliseconds(30000);
  Start(options);
  Client busy = Connect();
  const std::string request = GetText("/hello");
  busy.Send(request.substr(0, 9));
  Client slow = Connect();
  slow.Send("GET ");
  // Never without half a head, for longer than a head may take.
  for (bool late = false; !late;) {
    busy.Send(request.substr(9) + request.substr(0, 9));
    ASSERT_EQ(busy.Read().body, "hello");
    late = slow.Readable();
  }
}

}  // namespace
}  // namespace prewarm::http
