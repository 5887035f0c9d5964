// What the loop tells of its plans, and of warm-ups that only prove again.
#include "warmup-controller/reconcile/outlook.h"

#include <gtest/gtest.h>

#include "tests/unit/reconcile/hours.h"

namespace prewarm {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

using OutlookTest = HoursTest;

TEST_F(OutlookTest, IsWhatThePolicyIsPlannedBy) {
  world_.Adopt({Hours("a", 2)});
  EXPECT_EQ(world_.outlooks.Find("shop/a"), nullptr);
  world_.RunFor(seconds(1));
  const auto outlook = world_.outlooks.Find("shop/a");
  ASSERT_NE(outlook, nullptr);
  EXPECT_EQ(outlook->policy.name, "a");
  EXPECT_EQ(outlook->model.observations(), 0U);
  EXPECT_EQ(outlook->schedule->NextTransition(kEight), kNine);
}

TEST_F(OutlookTest, LearnsWhatTheLoopLearns) {
  world_.warmer.warm_up_takes = seconds(7);
  world_.Adopt({Hours("a")});
  world_.RunUntil(kNine + minutes(1));
  EXPECT_EQ(world_.outlooks.Find("shop/a")->model.observations(), 1U);
}

TEST_F(OutlookTest, FollowsTheDeclarationAndLeavesWithIt) {
  world_.Adopt({Hours("a"), Hours("b")});
  world_.RunFor(seconds(1));
  world_.Adopt({Hours("a", 5)});
  world_.RunFor(seconds(1));
  EXPECT_EQ(world_.outlooks.All().size(), 1U);
  EXPECT_EQ(world_.outlooks.Find("shop/a")->policy.windows[0].replicas, 5);
}

TEST_F(OutlookTest, PoliciesThatOnlyProveHaveNone) {
  Policy policy = Hours("a");
  policy.windows.clear();
  policy.only_proves = true;
  world_.Adopt({policy});
  world_.RunFor(seconds(1));
  EXPECT_TRUE(world_.outlooks.All().empty());
}

TEST_F(OutlookTest, ProofOfAWarmInstanceIsToldApartFromItsWarmUp) {
  Policy policy = Hours("a");
  policy.warmup.reverify = minutes(10);
  world_.Adopt({policy});
  world_.RunUntil(kNine + minutes(1));
  EXPECT_EQ(world_.notes.verified, 1);
  EXPECT_EQ(world_.notes.again, 0);
  world_.RunFor(minutes(20));
  EXPECT_GE(world_.notes.again, 1);
  EXPECT_EQ(world_.notes.verified, world_.notes.again + 1);
}

}  // namespace
}  // namespace prewarm
