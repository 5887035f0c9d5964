#include <gtest/gtest.h>

#include "warmup-controller/reconcile/instance_table.h"

namespace prewarm {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class LookPaceTest : public testing::Test {
 protected:
  LookPaceTest() {
    InstanceSeen seen;
    seen.id = "a";
    seen.urls[""] = "http://10.0.0.1:80";
    table_.See({seen}, now_);
    HealthIs(true);
    WarmupProof proof;
    proof.instance_id = "start-1";
    table_.CallBegan(0, now_, at_);
    table_.CallEnded("a", proof, now_);
    EXPECT_EQ(table_.warm(), 1);
  }
  void HealthIs(bool ready) {
    InstanceHealth health;
    health.state = ready ? "ready" : "cold";
    health.ready = ready;
    health.instance_id = "start-1";
    table_.Looked("a", health, now_);
  }
  bool IsLookedAt(seconds after, milliseconds pace) {
    const bool due = !table_.TakeLooks(at_ + after, pace).empty();
    if (due) HealthIs(true);
    return due;
  }

  Instant now_{};
  SteadyTime at_ = SteadyTime(std::chrono::hours(1));
  InstanceTable table_;
};

TEST_F(LookPaceTest, FewAreLookedAtEveryTwoSeconds) {
  EXPECT_EQ(LookPace(0, false), kLookCalmly);
  EXPECT_EQ(LookPace(200, false), kLookCalmly);
}

TEST_F(LookPaceTest, OfThousandsAHundredASecondAreLookedAt) {
  EXPECT_EQ(LookPace(10'000, false), seconds(100));
}

TEST_F(LookPaceTest, WhereWorkInFlightMattersThousandsAreLookedAtLikeFew) {
  EXPECT_EQ(LookPace(10'000, true), kLookCalmly);
}

TEST_F(LookPaceTest, OneThatWasToBeLookedAtMuchLaterIsLookedAtSoon) {
  ASSERT_TRUE(IsLookedAt(seconds(0), seconds(100)));
  EXPECT_FALSE(IsLookedAt(seconds(10), seconds(100)));
  EXPECT_FALSE(IsLookedAt(seconds(20), kLookCalmly));
  EXPECT_TRUE(IsLookedAt(seconds(22), kLookCalmly));
}

TEST_F(LookPaceTest, OneThatIsNotWarmIsLookedAtLikeFew) {
  HealthIs(false);
  ASSERT_TRUE(IsLookedAt(seconds(0), seconds(100)));
  EXPECT_TRUE(IsLookedAt(seconds(2), seconds(100)));
}

}  // namespace
}  // namespace prewarm
