// What a service's machine does when calls or operations fail.
#include <gtest/gtest.h>

#include "tests/unit/cloudrun/run_world.h"

namespace prewarm::cloudrun {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Asked = ServiceDue::What;

class ServiceFaultsTest : public testing::Test {
 protected:
  RunWorld world_;
};

TEST_F(ServiceFaultsTest, OperationIsPolledMoreAndMoreSeldom) {
  world_.at_once_ = false;
  world_.Want(2);
  // Instances come before the operation ends.
  EXPECT_EQ(world_.machine_.places(), 2);
  EXPECT_FALSE(world_.machine_.IsSettled());
  EXPECT_TRUE(world_.machine_.TakeWrites().empty());
  world_.Pass(milliseconds(499));
  EXPECT_EQ(world_.CountOf(Asked::kPoll), 0);
  world_.Pass(milliseconds(1));
  EXPECT_EQ(world_.CountOf(Asked::kPoll), 1);
  for (int i = 0; i < 600; ++i) world_.Pass(milliseconds(100));
  // 1, 2, 4 and then every 5 seconds.
  EXPECT_GE(world_.CountOf(Asked::kPoll), 13);
  EXPECT_LE(world_.CountOf(Asked::kPoll), 16);
  world_.at_once_ = true;
  world_.Pass(seconds(5));
  EXPECT_TRUE(world_.machine_.IsSettled());
  EXPECT_EQ(world_.machine_.TakeWrites().size(), 1U);
  EXPECT_EQ(world_.patches_.size(), 1U);
}

TEST_F(ServiceFaultsTest, OperationThatFailsIsTroubleAndTriedAgain) {
  world_.operation_fails_ = MakeError(ErrorCode::kUnavailable, "no capacity");
  world_.Want(2);
  EXPECT_EQ(world_.machine_.trouble(), "no capacity");
  world_.operation_fails_.reset();
  world_.Pass(seconds(1));
  EXPECT_EQ(world_.machine_.trouble(), "");
  EXPECT_EQ(world_.service_.min, 2);
}

TEST_F(ServiceFaultsTest, OperationThatIsForgottenIsLookedUpInTheService) {
  world_.at_once_ = false;
  world_.Want(2);
  world_.poll_fails_ = MakeError(ErrorCode::kNotFound, "no such operation");
  world_.Pass(seconds(1));
  EXPECT_TRUE(world_.machine_.IsSettled());
  EXPECT_EQ(world_.machine_.trouble(), "");
}

TEST_F(ServiceFaultsTest, ChangeInBetweenIsReadAgainAndNoTrouble) {
  world_.Settle();
  world_.Touch();
  world_.Want(2);
  EXPECT_EQ(world_.machine_.trouble(), "");
  EXPECT_EQ(world_.service_.min, 0);
  world_.Pass(seconds(1));
  EXPECT_EQ(world_.service_.min, 2);
  EXPECT_TRUE(world_.machine_.IsSettled());
}

TEST_F(ServiceFaultsTest, PausesGrowWhileWritesFail) {
  world_.patch_fails_ = MakeError(ErrorCode::kForbidden, "may not");
  world_.Want(2);
  EXPECT_EQ(world_.machine_.trouble(), "may not");
  EXPECT_TRUE(world_.machine_.IsHopeless());
  for (int i = 0; i < 600; ++i) world_.Pass(seconds(1));
  // 1, 2, 4, ... 64 seconds: reads in between do not make them short.
  EXPECT_GE(world_.CountOf(Asked::kPatch), 12);
  EXPECT_LE(world_.CountOf(Asked::kPatch), 17);
  EXPECT_EQ(world_.machine_.trouble(), "may not");
  world_.patch_fails_.reset();
  world_.Pass(seconds(64));
  EXPECT_EQ(world_.machine_.trouble(), "");
  EXPECT_TRUE(world_.machine_.IsSettled());
}

TEST_F(ServiceFaultsTest, WriteThatIsNotNeededAnyMoreIsNoTrouble) {
  world_.patch_fails_ = MakeError(ErrorCode::kForbidden, "may not");
  world_.Want(2);
  world_.machine_.wish()->wanted = 0;
  world_.Pass(seconds(64));
  EXPECT_EQ(world_.machine_.trouble(), "");
  EXPECT_TRUE(world_.machine_.IsSettled());
}

TEST_F(ServiceFaultsTest, ServerSaysHowLongToWait) {
  Error busy = MakeError(ErrorCode::kResourceExhausted, "too many");
  busy.retry_after_seconds = 30;
  world_.patch_fails_ = busy;
  world_.Want(2);
  world_.patch_fails_.reset();
  world_.Pass(seconds(29));
  EXPECT_EQ(world_.service_.min, 0);
  world_.Pass(seconds(1));
  EXPECT_EQ(world_.service_.min, 2);
}

TEST(RetryPause, IsSpreadByChanceAndNeverLessThanAskedFor) {
  EXPECT_EQ(RetryPause(1, std::nullopt, 0), seconds(1));
  EXPECT_EQ(RetryPause(3, std::nullopt, 0), seconds(4));
  EXPECT_GT(RetryPause(3, std::nullopt, 0.99), seconds(2));
  EXPECT_LT(RetryPause(3, std::nullopt, 0.99), milliseconds(2100));
  EXPECT_EQ(RetryPause(100, std::nullopt, 0), seconds(64));
  EXPECT_EQ(RetryPause(1, 600, 0.5), seconds(600));
}

}  // namespace
}  // namespace prewarm::cloudrun
