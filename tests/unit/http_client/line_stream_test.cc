#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "tests/unit/http_client/raw_server.h"
#include "warmup-controller/http_client/http_client.h"

namespace prewarm {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::AnyOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr char kHead[] =
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
constexpr char kLastChunk[] = "0\r\n\r\n";

std::string Chunk(const std::string& bytes) {
  char size[16];
  std::snprintf(size, sizeof size, "%zx\r\n", bytes.size());
  return size + bytes + "\r\n";
}

class LineStreamTest : public testing::Test {
 protected:
  LineStreamTest() {
    call_.call.timeout = seconds(30);
    call_.inactivity = seconds(30);
    call_.most_line_bytes = 1000;
  }

  Result<HttpAnswer> Read(const RawServer& server) {
    call_.call.url = server.Url("/watch?watch=1");
    return client_->ReadLines(
        call_,
        [this](std::string_view line) {
          lines_.emplace_back(line);
          return line != "enough";
        },
        &stop_);
  }

  StreamCall call_;
  std::vector<std::string> lines_;
  StopSignal stop_;
  std::unique_ptr<NetworkClient> client_ = MakeHttpClient(4);
};

TEST_F(LineStreamTest, LinesComeAsTheyAreSentAndTheEndIsAnAnswer) {
  std::promise<void> first_was_seen;
  auto seen = first_was_seen.get_future();
  RawServer server([&seen](const std::string& request, int connection) {
    EXPECT_THAT(request, HasSubstr("GET /watch?watch=1"));
    RawServer::Send(connection, kHead + Chunk("one\ntw"));
    // What comes next waits for the first line to have arrived.
    EXPECT_EQ(seen.wait_for(seconds(60)), std::future_status::ready);
    RawServer::Send(connection, Chunk("o\n") + kLastChunk);
    return true;
  });
  call_.call.url = server.Url("/watch?watch=1");
  const auto answer = client_->ReadLines(
      call_,
      [&](std::string_view line) {
        lines_.emplace_back(line);
        if (line == "one") first_was_seen.set_value();
        return true;
      },
      &stop_);
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  EXPECT_EQ(answer->status, 200);
  EXPECT_THAT(lines_, ElementsAre("one", "two"));
}

TEST_F(LineStreamTest, AnotherStatusIsAnAnswerWithABodyAndNoLines) {
  const RawServer server([](const std::string&, int connection) {
    RawServer::Send(connection, RawServer::Answer("410 Gone", "{\n}\n"));
    return true;
  });
  const auto answer = Read(server);
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  EXPECT_EQ(answer->status, 410);
  EXPECT_EQ(answer->body, "{\n}\n");
  EXPECT_THAT(lines_, IsEmpty());
}

TEST_F(LineStreamTest, LongBodyOfAnotherStatusIsRefused) {
  const RawServer server([](const std::string&, int connection) {
    RawServer::Send(connection,
                    RawServer::Answer("500 Oops", std::string(101, 'a')));
    return true;
  });
  call_.call.most_bytes = 100;
  EXPECT_EQ(Read(server).error().code, ErrorCode::kTooLarge);
}

TEST_F(LineStreamTest, ListenerEndsTheStream) {
  RawServer server([](const std::string&, int connection) {
    RawServer::Send(connection, kHead + Chunk("one\nenough\nthree\n"));
    return true;
  });
  ASSERT_TRUE(Read(server).ok());
  EXPECT_THAT(lines_, ElementsAre("one", "enough"));
}

TEST_F(LineStreamTest, EndlessLineIsRefusedAsItComesIn) {
  const RawServer server([](const std::string&, int connection) {
    RawServer::Send(connection, kHead + Chunk(std::string(1001, 'a')));
    return true;
  });
  EXPECT_EQ(Read(server).error().code, ErrorCode::kTooLarge);
}

TEST_F(LineStreamTest, SilentServerIsLeftBeforeItsHeadAndAfter) {
  RawServer mute([](const std::string&, int) { return true; });
  call_.call.timeout = milliseconds(100);
  EXPECT_EQ(Read(mute).error().code, ErrorCode::kDeadlineExceeded);
  RawServer silent([](const std::string&, int connection) {
    RawServer::Send(connection, kHead + Chunk("one\n"));
    return true;
  });
  call_.call.timeout = seconds(30);
  call_.inactivity = milliseconds(100);
  EXPECT_EQ(Read(silent).error().code, ErrorCode::kDeadlineExceeded);
  EXPECT_THAT(lines_, ElementsAre("one"));
}

TEST_F(LineStreamTest, BrokenStreamsAreErrors) {
  for (const std::string& bytes :
       {kHead + Chunk("one\n"), kHead + Chunk("one\n") + "zz\r\n",
        kHead + Chunk("one\ntw") + kLastChunk}) {
    lines_.clear();
    const RawServer server([&bytes](const std::string&, int connection) {
      RawServer::Send(connection, bytes);
      return false;
    });
    const auto answer = Read(server);
    ASSERT_FALSE(answer.ok()) << bytes;
    EXPECT_EQ(answer.error().code, ErrorCode::kUnavailable) << bytes;
    // What came last before the break may be lost with it.
    EXPECT_THAT(lines_, AnyOf(IsEmpty(), ElementsAre("one"))) << bytes;
  }
}

TEST_F(LineStreamTest, StopSignalEndsItAtOnceWhereverItIs) {
  for (const std::string& bytes : {std::string(), kHead + Chunk("one\n")}) {
    StopSignal stop;
    std::atomic<bool> asked{false};
    const RawServer server([&](const std::string&, int connection) {
      RawServer::Send(connection, bytes);
      asked = true;
      return true;
    });
    call_.call.url = server.Url();
    call_.call.timeout = hours(1);
    call_.inactivity = hours(1);
    std::thread watch([&] {
      const auto answer = client_->ReadLines(
          call_, [](std::string_view) { return true; }, &stop);
      EXPECT_EQ(answer.error().code, ErrorCode::kCancelled);
    });
    while (!asked) std::this_thread::yield();
    stop.Stop();
    watch.join();
  }
}

TEST_F(LineStreamTest, ManyStreamsDoNotHinderCalls) {
  // More streams than the network has threads.
  constexpr int kStreams = 12;
  std::atomic<int> open{0};
  RawServer server([&open](const std::string& request, int connection) {
    if (request.find("GET /watch") == 0) {
      RawServer::Send(connection, kHead + Chunk("one\n"));
      ++open;
    } else {
      RawServer::Send(connection, RawServer::Answer("200 OK", "x"));
    }
    return true;
  });
  call_.call.url = server.Url("/watch");
  std::vector<std::thread> watches;
  watches.reserve(kStreams);
  for (int i = 0; i < kStreams; ++i) {
    watches.emplace_back([this] {
      EXPECT_FALSE(client_
                       ->ReadLines(
                           call_, [](std::string_view) { return true; }, &stop_)
                       .ok());
    });
  }
  while (open < kStreams) std::this_thread::yield();
  std::promise<bool> answered;
  HttpCall call;
  call.url = server.Url("/");
  call.timeout = seconds(30);
  client_->Send(call, [&answered](const Result<HttpAnswer>& answer) {
    answered.set_value(answer.ok());
  });
  EXPECT_TRUE(answered.get_future().get());
  stop_.Stop();
  for (std::thread& watch : watches) watch.join();
}

}  // namespace
}  // namespace prewarm
