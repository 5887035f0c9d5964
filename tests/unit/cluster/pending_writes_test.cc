#include "warmup-controller/cluster/pending_writes.h"

#include <gtest/gtest.h>

namespace prewarm {
namespace {

using std::chrono::seconds;

class PendingWritesTest : public testing::Test {
 protected:
  void Fail(ErrorCode code, std::optional<int> retry_after) {
    Error error = MakeError(code, "no");
    error.retry_after_seconds = retry_after;
    writes_.Begin("minimum", "1")(error);
  }
  bool IsFree() { return writes_.IsFree("minimum", "1", now_); }

  PendingWrites writes_;
  SteadyTime now_;
};

TEST_F(PendingWritesTest, WriteThatFailsWaitsLongerEachTime) {
  for (const seconds pause : {seconds(1), seconds(2), seconds(4)}) {
    Fail(ErrorCode::kUnavailable, std::nullopt);
    EXPECT_FALSE(IsFree());
    now_ += pause - seconds(1);
    EXPECT_FALSE(IsFree());
    now_ += seconds(1);
    EXPECT_TRUE(IsFree());
  }
}

TEST_F(PendingWritesTest, ServerThatAsksForAPauseGetsIt) {
  for (const ErrorCode code :
       {ErrorCode::kUnavailable, ErrorCode::kResourceExhausted}) {
    Fail(code, 20);
    EXPECT_FALSE(IsFree());
    now_ += seconds(19);
    EXPECT_FALSE(IsFree());
    now_ += seconds(1);
    EXPECT_TRUE(IsFree());
  }
}

TEST_F(PendingWritesTest, PauseThatIsAskedForDoesNotShortenOurs) {
  for (int i = 0; i < 5; ++i) Fail(ErrorCode::kUnavailable, 1);
  EXPECT_FALSE(IsFree());
  now_ += seconds(15);
  EXPECT_FALSE(IsFree());
}

TEST_F(PendingWritesTest, NobodyIsPutOffForAnHour) {
  Fail(ErrorCode::kUnavailable, 3600);
  EXPECT_FALSE(IsFree());
  now_ += seconds(300);
  EXPECT_TRUE(IsFree());
}

TEST_F(PendingWritesTest, OtherWritesDoNotWait) {
  Fail(ErrorCode::kResourceExhausted, 40);
  EXPECT_TRUE(writes_.IsFree("replicas", "1", now_));
}

}  // namespace
}  // namespace prewarm
