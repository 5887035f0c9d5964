// Connections over a socket pair: order, ends, and clients that go away.
#include "common/http/connection.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "common/http/responder.h"
#include "common/http/writer_loop.h"

namespace prewarm::http {
namespace {

class ConnectionTest : public testing::Test {
 protected:
  explicit ConnectionTest(const Limits& limits = {})
      : loop_(std::make_shared<WriterLoop>(
            limits, [](const auto&, Connection::SlotNumber) {})) {
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, pair_.data()), 0);
    connection_ = std::make_shared<Connection>(pair_[0], "peer", loop_);
    loop_->Register(connection_);
  }
  ~ConnectionTest() override {
    connection_.reset();
    loop_->Stop();
    close(pair_[0]);
    if (pair_[1] >= 0) close(pair_[1]);
  }

  Connection::SlotNumber Slot() { return connection_->OpenSlot().value(); }

  // What has arrived by now.
  std::string Arrived() const {
    std::string all(1 << 16, '\0');
    const ssize_t n = recv(pair_[1], all.data(), all.size(), MSG_DONTWAIT);
    all.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
    return all;
  }
  // All until the other side ends.
  std::string ReadToEnd() const {
    std::string all;
    std::array<char, 65536> buffer;
    ssize_t n = 0;
    while ((n = read(pair_[1], buffer.data(), buffer.size())) > 0) {
      all.append(buffer.data(), static_cast<std::size_t>(n));
    }
    return all;
  }

  std::array<int, 2> pair_{};
  std::shared_ptr<WriterLoop> loop_;
  std::shared_ptr<Connection> connection_;
};

TEST_F(ConnectionTest, RepliesLeaveInTheOrderOfTheirRequests) {
  const auto first = Slot();
  const auto second = Slot();
  const auto third = Slot();
  EXPECT_TRUE(connection_->Write(third, "3", true, false));
  EXPECT_TRUE(connection_->Write(second, "2", true, false));
  EXPECT_EQ(Arrived(), "");
  EXPECT_TRUE(connection_->Write(first, "1", true, false));
  EXPECT_EQ(Arrived(), "123");
  EXPECT_EQ(connection_->open_slots(), 0);
}

TEST_F(ConnectionTest, AnOpenStreamHoldsBackWhatComesAfterIt) {
  const auto stream = Slot();
  const auto after = Slot();
  connection_->Write(stream, "a", false, false);
  connection_->Write(after, "z", true, false);
  connection_->Write(stream, "b", false, false);
  EXPECT_EQ(Arrived(), "ab");
  connection_->Write(stream, "c", true, false);
  EXPECT_EQ(Arrived(), "cz");
}

TEST_F(ConnectionTest, AnAnsweredSlotTakesNothingMore) {
  const auto first = Slot();
  const auto second = Slot();
  connection_->Write(second, "2", true, false);
  EXPECT_FALSE(connection_->Write(second, "again", false, false));
  connection_->Write(first, "1", true, false);
  EXPECT_FALSE(connection_->Write(first, "again", true, false));
  EXPECT_EQ(Arrived(), "12");
}

TEST_F(ConnectionTest, NothingFollowsTheLastSlot) {
  EXPECT_TRUE(connection_->OpenSlot(/*last=*/true));
  EXPECT_FALSE(connection_->OpenSlot());
  EXPECT_FALSE(connection_->OpenSlot(/*last=*/true));
}

TEST_F(ConnectionTest, ACloseEndsTheConnectionAfterItsReply) {
  const auto slot = Slot();
  connection_->Write(slot, "bye", true, /*close=*/true);
  EXPECT_EQ(ReadToEnd(), "bye");
}

TEST_F(ConnectionTest, ABigReplyArrivesWholeThoughTheSocketTakesItInPieces) {
  const std::string big(8 << 20, 'x');
  const auto slot = Slot();
  connection_->Write(slot, big, true, /*close=*/true);
  EXPECT_EQ(ReadToEnd().size(), big.size());
}

TEST_F(ConnectionTest, AnAnsweredReplyIsDeliveredToAClientThatSendsNoMore) {
  const std::string big(8 << 20, 'x');
  connection_->Write(Slot(), big, true, false);
  const auto pending = Slot();
  connection_->MarkGone();
  EXPECT_FALSE(connection_->Write(pending, "late", true, false));
  EXPECT_EQ(ReadToEnd().size(), big.size());
}

TEST_F(ConnectionTest, GoneIsToldOnceAndAtOnceIfItWasBefore) {
  int told = 0;
  connection_->OnGone(Slot(), [&] { ++told; });
  connection_->MarkGone();
  connection_->MarkGone();
  EXPECT_EQ(told, 1);
  connection_->OnGone(0, [&] { ++told; });
  EXPECT_EQ(told, 2);
  EXPECT_FALSE(connection_->OpenSlot());
}

TEST_F(ConnectionTest, GoneIsNotToldAfterTheReply) {
  int told = 0;
  const auto early = Slot();
  connection_->OnGone(early, [&] { ++told; });
  connection_->Write(early, "1", true, false);
  const auto late = Slot();
  connection_->Write(late, "2", true, false);
  connection_->OnGone(late, [&] { ++told; });
  connection_->MarkGone();
  EXPECT_EQ(told, 0);
}

TEST_F(ConnectionTest, ACallbackMayUseTheConnection) {
  const auto slot = Slot();
  connection_->OnGone(slot, [&] {
    EXPECT_FALSE(connection_->Write(slot, "x", true, false));
    EXPECT_EQ(connection_->open_slots(), 0);
  });
  connection_->MarkGone();
}

TEST_F(ConnectionTest, ACallbackMayOwnTheResponderItIsDroppedBy) {
  auto shared = std::make_shared<ServerShared>();
  for (const bool answered : {true, false}) {
    auto responder = MakeResponder(connection_, Slot(), Exchange{}, shared);
    responder->OnClientGone([responder] {});
    if (answered) responder->Send(Response{});
    responder.reset();
  }
  connection_->MarkGone();
  EXPECT_EQ(shared->in_flight, 0);
}

TEST_F(ConnectionTest, AResponderDroppedUnansweredSends500) {
  auto shared = std::make_shared<ServerShared>();
  MakeResponder(connection_, Slot(), Exchange{}, shared).reset();
  EXPECT_EQ(Arrived().substr(0, 12), "HTTP/1.1 500");
}

TEST_F(ConnectionTest, ASecondAnswerIsIgnored) {
  auto shared = std::make_shared<ServerShared>();
  const auto responder = MakeResponder(connection_, Slot(), Exchange{}, shared);
  responder->Send(Response{});
  responder->Send(Response{});
  EXPECT_FALSE(responder->StartEvents()->Write("data: x\n\n"));
  EXPECT_EQ(shared->in_flight, 0);
  const std::string arrived = Arrived();
  EXPECT_EQ(arrived.find("HTTP/1.1", 1), std::string::npos) << arrived;
}

TEST_F(ConnectionTest, AHeaderValueCannotStartAnotherHeader) {
  auto shared = std::make_shared<ServerShared>();
  Response response;
  response.headers = {{"X-A", "1\r\nX-Evil: 2"}};
  MakeResponder(connection_, Slot(), Exchange{}, shared)
      ->Send(std::move(response));
  EXPECT_NE(Arrived().find("X-A: 1X-Evil: 2\r\n"), std::string::npos);
}

TEST_F(ConnectionTest, RepliesFromManyThreadsStayInOrder) {
  std::vector<Connection::SlotNumber> slots;
  slots.reserve(400);
  for (int i = 0; i < 400; ++i) slots.push_back(Slot());
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 399 - t; i >= 0; i -= 4) {
        connection_->Write(slots[static_cast<std::size_t>(i)],
                           std::to_string(i) + ";", true, i == 399);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  std::string expected;
  for (int i = 0; i < 400; ++i) expected += std::to_string(i) + ";";
  EXPECT_EQ(ReadToEnd(), expected);
}

class TightConnectionTest : public ConnectionTest {
 protected:
  static Limits Tight() {
    Limits limits;
    limits.pending_bytes = 64 << 10;  // a stream may have 1 KiB unsent
    return limits;
  }
  TightConnectionTest() : ConnectionTest(Tight()) {}
};

TEST_F(TightConnectionTest, AWatcherThatDoesNotReadIsDropped) {
  const auto slot = Slot();
  const std::string frame(512, 'x');
  int writes = 0;
  while (connection_->Write(slot, frame, false, false)) {
    ASSERT_LT(++writes, 100000);
  }
  // What the socket had taken is there, then the end.
  EXPECT_LE(ReadToEnd().size(),
            frame.size() * static_cast<std::size_t>(writes));
}

TEST_F(TightConnectionTest, AConnectionMayOutliveTheLoopsThread) {
  const auto slot = Slot();
  loop_->Stop();
  connection_->Write(slot, std::string(4 << 20, 'x'), true, false);
  connection_->MarkGone();
}

}  // namespace
}  // namespace prewarm::http
