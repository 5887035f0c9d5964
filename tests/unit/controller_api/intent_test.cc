#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/controller_api/fakes.h"

namespace prewarm {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

class IntentTest : public testing::Test {
 protected:
  IntentTest() {
    api_.context.post_intent = [this](const IntentPost& post, SteadyTime now) {
      posts_.push_back(post);
      EXPECT_EQ(now, api_.clock.now);
      return grant_;
    };
    api_.target.state = "warming";
    api_.target.eta = std::chrono::milliseconds(4200);
    api_.Publish();
  }

  static http::Request Intent(const std::string& path = kIntentPath) {
    http::Request request = WholeApi::Request("POST", path);
    request.headers["content-type"] = "application/json";
    request.body = R"({"visitor": "abcdefgh", "state": "open"})";
    return request;
  }
  std::shared_ptr<FakeResponder> Post(http::Request request) {
    if (!api_.outer) api_.Begin();
    return WholeApi::Ask(*api_.outer, std::move(request));
  }

  WholeApi api_;
  std::vector<IntentPost> posts_;
  Result<IntentGrant> grant_ = IntentGrant{seconds(10), seconds(90)};
};

TEST_F(IntentTest, IsAnsweredAtOnceWithTheStateAndTheHeartbeat) {
  const auto reply = Post(Intent());
  EXPECT_EQ(reply->response.status, 200);
  EXPECT_EQ(reply->json(), nlohmann::json::parse(R"({
    "state": "warming", "etaSeconds": 4.2, "heartbeatSeconds": 10,
    "ttlSeconds": 90})"));
  EXPECT_EQ(reply->header("Cache-Control"), "no-store");
  ASSERT_EQ(posts_.size(), 1U);
  EXPECT_EQ(posts_[0].target, "shop/server");
  EXPECT_EQ(posts_[0].visitor, "abcdefgh");
  EXPECT_EQ(posts_[0].state, VisitorState::kOpen);
  EXPECT_EQ(posts_[0].client, RateKey("203.0.113.7"));
}

// Keeps calls, and answers what the test says.
class FakeClient : public HttpClient {
 public:
  void Send(HttpCall call, Done done) override {
    calls.push_back(std::move(call));
    if (calls.size() <= closed) {
      done(MakeError(ErrorCode::kUnavailable, "closed"));
    } else {
      done(answer);
    }
  }
  std::vector<HttpCall> calls;
  std::size_t closed = 0;  // so many calls find their connection closed
  Result<HttpAnswer> answer = HttpAnswer{};
};

class StandbyTest : public IntentTest {
 protected:
  StandbyTest() {
    api_.context.client = &client_;
    api_.context.leader = [this] { return leader_; };
  }
  FakeClient client_;
  std::string leader_ = "http://10.0.0.2:8091";
};

TEST_F(StandbyTest, IntentGoesToTheLeaderWithTheVisitorsAddress) {
  client_.answer = HttpAnswer{
      429,
      {{"content-type", "application/problem+json"}, {"retry-after", "9"}},
      "{}"};
  http::Request request = Intent();
  request.headers["x-prewarm-intent-token"] = "token";
  const auto reply = Post(request);
  EXPECT_EQ(reply->response.status, 429);
  EXPECT_EQ(reply->response.content_type, "application/problem+json");
  EXPECT_EQ(reply->header("Retry-After"), "9");
  EXPECT_TRUE(posts_.empty());
  ASSERT_EQ(client_.calls.size(), 1U);
  const HttpCall& call = client_.calls[0];
  EXPECT_EQ(call.url, "http://10.0.0.2:8091/api/v1/targets/shop/server/intent");
  EXPECT_EQ(call.body, request.body);
  EXPECT_EQ(call.headers.at("x-forwarded-for"), "203.0.113.7");
  EXPECT_EQ(call.headers.at("x-prewarm-intent-token"), "token");
}

TEST_F(StandbyTest, LeaderThatIsGoneIsToBeAskedAgainSoon) {
  client_.answer = MakeError(ErrorCode::kUnavailable, "refused");
  const auto reply = Post(Intent());
  EXPECT_EQ(reply->response.status, 503);
  EXPECT_EQ(reply->header("Retry-After"), "2");
}

TEST_F(StandbyTest, ConnectionThatHasJustClosedIsNoLossOfAnIntent) {
  client_.answer = HttpAnswer{200, {}, "{}"};
  client_.closed = 1;
  EXPECT_EQ(Post(Intent())->response.status, 200);
  EXPECT_EQ(client_.calls.size(), 2U);
  client_.closed = 9;
  EXPECT_EQ(Post(Intent())->response.status, 503);
  EXPECT_EQ(client_.calls.size(), 4U);
}

TEST_F(StandbyTest, WhatWasPassedOnIsNotPassedOnAgain) {
  http::Request request = Intent();
  request.headers["x-prewarm-forwarded"] = "1";
  EXPECT_EQ(Post(request)->response.status, 503);
  EXPECT_TRUE(client_.calls.empty());
}

TEST_F(StandbyTest, NoNameComesIntoTheUrlThatIsNone) {
  const auto reply = Post(Intent("/api/v1/targets/shop/a?x=/intent"));
  EXPECT_EQ(reply->response.status, 404);
  EXPECT_TRUE(client_.calls.empty());
}

TEST_F(StandbyTest, OneThatLeadsAnswersItself) {
  leader_.clear();
  http::Request request = Intent();
  request.headers["x-prewarm-forwarded"] = "1";
  EXPECT_EQ(Post(request)->response.status, 200);
  EXPECT_EQ(posts_.size(), 1U);
}

TEST_F(IntentTest, OnlyATrustedProxyMayNameTheClient) {
  http::Request request = Intent();
  request.headers["x-forwarded-for"] = "198.51.100.1";
  Post(request);
  api_.context.trusted_proxies = {ParseCidr("203.0.113.0/24").value()};
  Post(request);
  ASSERT_EQ(posts_.size(), 2U);
  EXPECT_EQ(posts_[0].client, RateKey("203.0.113.7"));
  EXPECT_EQ(posts_[1].client, RateKey("198.51.100.1"));
}

TEST_F(IntentTest, AnUnknownTargetIsNotFoundAndNoneIsNamed) {
  const auto reply = Post(Intent("/api/v1/targets/shop/other/intent"));
  EXPECT_EQ(reply->response.status, 404);
  EXPECT_THAT(reply->response.body, Not(HasSubstr("server")));
  EXPECT_TRUE(posts_.empty());
}

TEST_F(IntentTest, WithoutAListenerItIsNotFound) {
  api_.context.post_intent = nullptr;
  EXPECT_EQ(Post(Intent())->response.status, 404);
}

TEST_F(IntentTest, WhatTheTableRefusesIsAProblem) {
  Error error = MakeError(ErrorCode::kResourceExhausted, "too many");
  error.retry_after_seconds = 7;
  grant_ = error;
  const auto reply = Post(Intent());
  EXPECT_EQ(reply->response.status, 429);
  EXPECT_EQ(reply->header("Retry-After"), "7");
  EXPECT_EQ(reply->response.content_type, "application/problem+json");
}

TEST_F(IntentTest, AMistakeIsAProblemThatNamesTheField) {
  http::Request request = Intent();
  request.body = R"({"visitor": "abcdefgh", "state": "shut"})";
  const auto reply = Post(request);
  EXPECT_EQ(reply->response.status, 400);
  EXPECT_EQ(reply->json()["field"], "state");
  EXPECT_TRUE(posts_.empty());
}

class IntentTokenTest : public IntentTest {
 protected:
  IntentTokenTest() {
    api_.context.check_intent_token = [this](const std::string& target,
                                             std::string_view token,
                                             std::int64_t now_unix) -> Status {
      EXPECT_EQ(now_unix, 1774746000);
      checked_ = target;
      if (token == "good") return Ok{};
      return MakeError(ErrorCode::kUnauthorized, "no good token",
                       "X-Prewarm-Intent-Token");
    };
  }
  int StatusWith(const std::string& header, const std::string& token) {
    http::Request request = Intent();
    if (!header.empty()) request.headers["x-prewarm-intent-token"] = header;
    if (!token.empty()) {
      request.body = R"({"visitor": "abcdefgh", "state": "open", "token": ")" +
                     token + "\"}";
    }
    return Post(request)->response.status;
  }
  std::string checked_;
};

TEST_F(IntentTokenTest, MayBeInTheHeaderOrTheBodyAndTheHeaderCounts) {
  EXPECT_EQ(StatusWith("good", ""), 200);
  EXPECT_EQ(StatusWith("", "good"), 200);
  EXPECT_EQ(StatusWith("good", "bad"), 200);
  EXPECT_EQ(StatusWith("bad", "good"), 401);
  EXPECT_EQ(StatusWith("", "bad"), 401);
  EXPECT_EQ(StatusWith("", ""), 401);
  EXPECT_EQ(posts_.size(), 3U);
  EXPECT_EQ(checked_, "shop/server");
}

TEST_F(IntentTokenTest, WhoHasNoneLearnsNothingOfTargets) {
  EXPECT_EQ(Post(Intent("/api/v1/targets/shop/other/intent"))->response.status,
            401);
}

}  // namespace
}  // namespace prewarm
