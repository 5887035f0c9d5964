#include "inference-server/api/idempotency.h"

#include <gtest/gtest.h>

namespace prewarm {
namespace {

using std::chrono::seconds;
using Outcome = IdempotencyCache::Outcome;

const SteadyTime kStart{seconds(1000)};

http::Response Body(const std::string& body, int status = 200) {
  http::Response response;
  response.status = status;
  response.body = body;
  return response;
}

class Idempotency : public testing::Test {
 protected:
  Outcome Begin(const std::string& key, const std::string& fingerprint,
                SteadyTime now = kStart) {
    return cache_.Begin(key, fingerprint, now,
                        [this](const http::Response& r) { got_ += r.body; });
  }
  IdempotencyCache cache_{100000, seconds(60)};
  std::string got_;
};

TEST_F(Idempotency, RetryGetsTheFirstReply) {
  EXPECT_EQ(Begin("k", "f"), Outcome::kFirst);
  cache_.Finish("k", Body("one"), kStart);
  EXPECT_EQ(got_, "");
  EXPECT_EQ(Begin("k", "f"), Outcome::kJoined);
  EXPECT_EQ(Begin("k", "f"), Outcome::kJoined);
  EXPECT_EQ(got_, "oneone");
}

TEST_F(Idempotency, SameKeyForAnotherRequestIsAMismatch) {
  EXPECT_EQ(Begin("k", "f"), Outcome::kFirst);
  EXPECT_EQ(Begin("k", "g"), Outcome::kMismatch);
  cache_.Finish("k", Body("one"), kStart);
  EXPECT_EQ(Begin("k", "g"), Outcome::kMismatch);
  EXPECT_EQ(got_, "");
}

TEST_F(Idempotency, SecondWaitsForTheOneInFlight) {
  EXPECT_EQ(Begin("k", "f"), Outcome::kFirst);
  EXPECT_EQ(Begin("k", "f"), Outcome::kJoined);
  EXPECT_EQ(got_, "");
  cache_.Finish("k", Body("one"), kStart);
  EXPECT_EQ(got_, "one");
}

TEST_F(Idempotency, FailureIsToldToThoseWhoWaitAndThenForgotten) {
  EXPECT_EQ(Begin("k", "f"), Outcome::kFirst);
  EXPECT_EQ(Begin("k", "f"), Outcome::kJoined);
  cache_.Finish("k", Body("busy", 503), kStart);
  EXPECT_EQ(got_, "busy");
  EXPECT_EQ(Begin("k", "f"), Outcome::kFirst);
}

TEST_F(Idempotency, ReplyExpires) {
  EXPECT_EQ(Begin("k", "f"), Outcome::kFirst);
  cache_.Finish("k", Body("one"), kStart);
  EXPECT_EQ(Begin("k", "f", kStart + seconds(59)), Outcome::kJoined);
  EXPECT_EQ(Begin("k", "f", kStart + seconds(60)), Outcome::kFirst);
}

TEST_F(Idempotency, OldestRepliesGoWhenTheBytesAreUsed) {
  for (const char* key : {"a", "b", "c"}) {
    EXPECT_EQ(Begin(key, "f"), Outcome::kFirst);
    cache_.Finish(key, Body(std::string(40000, 'x')), kStart);
  }
  EXPECT_EQ(Begin("c", "f"), Outcome::kJoined);
  EXPECT_EQ(Begin("b", "f"), Outcome::kJoined);
  EXPECT_EQ(Begin("a", "f"), Outcome::kFirst);
}

TEST_F(Idempotency, TinyRepliesAreBoundedInNumber) {
  for (int i = 0; i < 1000; ++i) {
    Begin(std::to_string(i), "f");
    cache_.Finish(std::to_string(i), Body("x"), kStart);
  }
  EXPECT_EQ(Begin("0", "f"), Outcome::kFirst);
  EXPECT_EQ(Begin("999", "f"), Outcome::kJoined);
}

TEST_F(Idempotency, ReplyLargerThanTheCacheIsGivenButNotKept) {
  EXPECT_EQ(Begin("k", "f"), Outcome::kFirst);
  EXPECT_EQ(Begin("k", "f"), Outcome::kJoined);
  cache_.Finish("k", Body(std::string(200000, 'x')), kStart);
  EXPECT_EQ(got_.size(), 200000U);
  EXPECT_EQ(Begin("k", "f"), Outcome::kFirst);
}

}  // namespace
}  // namespace prewarm
