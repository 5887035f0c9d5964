#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <future>
#include <mutex>

#include "tests/unit/http_client/raw_server.h"
#include "warmup-controller/http_client/http_client.h"

namespace prewarm {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

constexpr int kThreads = 4;

Result<HttpAnswer> Send(HttpClient* client, HttpCall call) {
  std::promise<Result<HttpAnswer>> promise;
  auto future = promise.get_future();
  client->Send(std::move(call), [&promise](Result<HttpAnswer> answer) {
    promise.set_value(std::move(answer));
  });
  if (future.wait_for(seconds(60)) != std::future_status::ready) {
    ADD_FAILURE() << "no answer within a minute";
    std::abort();  // the callback would write to a stack that is gone
  }
  return future.get();
}

HttpCall CallOf(const std::string& url) {
  HttpCall call;
  call.url = url;
  call.timeout = seconds(30);
  return call;
}

class NetworkClientTest : public testing::Test {
 protected:
  ErrorCode CodeOf(HttpCall call) {
    const auto answer = Send(client_.get(), std::move(call));
    EXPECT_FALSE(answer.ok());
    return answer.ok() ? ErrorCode::kInternal : answer.error().code;
  }

  std::unique_ptr<NetworkClient> client_ = MakeHttpClient(kThreads);
};

TEST_F(NetworkClientTest, RequestArrivesAsItWasMadeAndTheAnswerComesBack) {
  std::string seen;
  RawServer server([&seen](const std::string& request, int connection) {
    seen = request;
    RawServer::Send(connection,
                    "HTTP/1.1 503 Busy\r\nRetry-After: 7\r\n"
                    "Content-Length: 5\r\n\r\nlater");
    return true;
  });
  HttpCall call = CallOf(server.Url("/warmup?timeout=3"));
  call.method = "POST";
  call.body = "{}";
  call.headers = {{"X-Prewarm-Admin-Token", "secret"},
                  {"Content-Type", "application/json"}};
  const auto answer = Send(client_.get(), call);
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(answer->headers.at("retry-after"), "7");
  EXPECT_EQ(answer->body, "later");
  EXPECT_THAT(seen, HasSubstr("POST /warmup?timeout=3 HTTP/1.1"));
  EXPECT_THAT(seen, HasSubstr("X-Prewarm-Admin-Token:secret"));
  EXPECT_THAT(seen, HasSubstr("Content-Type:application/json"));
  EXPECT_THAT(seen, HasSubstr("\r\n\r\n{}"));
}

TEST_F(NetworkClientTest, ConnectionsAreKept) {
  RawServer server([](const std::string&, int connection) {
    RawServer::Send(connection, RawServer::Answer("200 OK", "x"));
    return true;
  });
  for (int i = 0; i < 20; ++i) {
    EXPECT_TRUE(Send(client_.get(), CallOf(server.Url())).ok());
  }
  // The next call may begin before the connection is given back.
  EXPECT_LE(server.accepted(), 5);
}

TEST_F(NetworkClientTest, RedirectIsAnAnswerAndNotFollowed) {
  int requests = 0;
  RawServer server([&requests](const std::string&, int connection) {
    ++requests;
    RawServer::Send(connection,
                    "HTTP/1.1 307 Elsewhere\r\nLocation: /other\r\n"
                    "Content-Length: 0\r\n\r\n");
    return true;
  });
  const auto answer = Send(client_.get(), CallOf(server.Url()));
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->status, 307);
  EXPECT_EQ(requests, 1);
}

TEST_F(NetworkClientTest, LongerAnswerThanAllowedIsRefusedAsItComesIn) {
  RawServer server([](const std::string&, int connection) {
    RawServer::Send(connection,
                    RawServer::Answer("200 OK", std::string(100'000, 'a')));
    return true;
  });
  HttpCall call = CallOf(server.Url());
  call.most_bytes = 100'000;
  EXPECT_TRUE(Send(client_.get(), call).ok());
  call.most_bytes = 99'999;
  EXPECT_EQ(CodeOf(call), ErrorCode::kTooLarge);
}

TEST_F(NetworkClientTest, SilentServerIsLeftAtTheDeadline) {
  RawServer server([](const std::string&, int) { return true; });
  HttpCall call = CallOf(server.Url());
  call.timeout = milliseconds(100);
  EXPECT_EQ(CodeOf(call), ErrorCode::kDeadlineExceeded);
}

TEST_F(NetworkClientTest, TricklingServerIsLeftAtTheDeadlineOfTheWhole) {
  RawServer* self = nullptr;
  RawServer server([&self](const std::string&, int connection) {
    RawServer::Send(connection,
                    "HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n");
    while (!self->stopping()) {
      RawServer::Send(connection, "a");
      pollfd gone = {connection, POLLRDHUP, 0};
      if (poll(&gone, 1, 10) > 0) return false;
    }
    return false;
  });
  self = &server;
  HttpCall call = CallOf(server.Url());
  call.timeout = milliseconds(200);
  EXPECT_EQ(CodeOf(call), ErrorCode::kDeadlineExceeded);
}

TEST_F(NetworkClientTest, BrokenAnswersAreErrorsAndNoneIsFatal) {
  const char* const kBadChunk =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n";
  for (const char* bytes :
       {"", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        "garbage\r\n\r\n", "HTTP/1.1 abc\r\n\r\n", kBadChunk}) {
    RawServer server([bytes](const std::string&, int connection) {
      RawServer::Send(connection, bytes);
      return false;
    });
    EXPECT_EQ(CodeOf(CallOf(server.Url())), ErrorCode::kUnavailable) << bytes;
  }
}

TEST_F(NetworkClientTest, NobodyThereIsUnavailable) {
  int port = 0;
  {
    const RawServer server([](const std::string&, int) { return false; });
    port = server.port();
  }
  EXPECT_EQ(CodeOf(CallOf("http://127.0.0.1:" + std::to_string(port))),
            ErrorCode::kUnavailable);
}

TEST_F(NetworkClientTest, UrlsAndHeadersThatAreNoneAreRefused) {
  for (const char* url :
       {"", "ftp://a/", "http://", "http:///x", "http://user:pass@a/",
        "http://a/#fragment", "not a url", "http://a:99999/"}) {
    EXPECT_EQ(CodeOf(CallOf(url)), ErrorCode::kInvalidArgument) << url;
  }
  HttpCall call = CallOf("http://127.0.0.1:1/");
  call.headers = {{"X-A", "b\r\nX-Evil: c"}};
  EXPECT_EQ(CodeOf(call), ErrorCode::kInvalidArgument);
}

TEST_F(NetworkClientTest, HundredsAtOnceAreAllAnswered) {
  RawServer server([](const std::string&, int connection) {
    RawServer::Send(connection, RawServer::Answer("200 OK", "x"));
    return true;
  });
  std::mutex mutex;
  std::condition_variable changed;
  int good = 0;
  int ended = 0;
  constexpr int kCalls = 300;
  for (int i = 0; i < kCalls; ++i) {
    client_->Send(CallOf(server.Url()), [&](const Result<HttpAnswer>& answer) {
      const std::lock_guard<std::mutex> lock(mutex);
      good += answer.ok() ? 1 : 0;
      ++ended;
      changed.notify_all();
    });
  }
  std::unique_lock<std::mutex> lock(mutex);
  EXPECT_TRUE(
      changed.wait_for(lock, seconds(60), [&] { return ended == kCalls; }));
  EXPECT_EQ(good, kCalls);
}

TEST_F(NetworkClientTest, CancelledCallsEndAndTheClientWithThem) {
  RawServer server([](const std::string&, int) { return true; });
  std::atomic<int> cancelled{0};
  for (int i = 0; i < 20; ++i) {
    client_->Send(CallOf(server.Url()),
                  [&cancelled](const Result<HttpAnswer>& answer) {
                    if (answer.ok()) return;
                    if (answer.error().code == ErrorCode::kCancelled) {
                      ++cancelled;
                    }
                  });
  }
  client_->CancelAll();
  client_.reset();
  EXPECT_EQ(cancelled, 20);
}

TEST_F(NetworkClientTest, ServerThatHangsUpIdleConnectionsIsCalledAgain) {
  std::atomic<int> served{0};
  RawServer server([&served](const std::string&, int connection) {
    RawServer::Send(connection, RawServer::Answer("200 OK", "x"));
    ++served;
    return false;  // without a word, after the answer
  });
  int good = 0;
  for (int i = 0; i < 20; ++i) {
    good += Send(client_.get(), CallOf(server.Url())).ok() ? 1 : 0;
  }
  // One that was being hung up on may be lost; the next one is not.
  EXPECT_GE(good, 10);
}

}  // namespace
}  // namespace prewarm
