// Instances that do not do what they should.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/reconcile/hours.h"

namespace prewarm {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;

using TroublesTest = HoursTest;

TEST_F(TroublesTest, TroubleIsToldAndIsOverOnceEnoughAreWarm) {
  FakeTarget& target = world_.TargetNamed("a");
  world_.warmer.answers_after = seconds(3);
  world_.Adopt({Hours("a")});
  world_.RunUntil(kEight + minutes(1));
  target.trouble = "a-0 exited with status 1";
  target.news = {"a-0 was killed"};
  world_.RunFor(seconds(2));
  EXPECT_THAT(world_.notes.troubles, ElementsAre("a-0 exited with status 1"));
  EXPECT_THAT(world_.notes.noted, ElementsAre("a-0 was killed"));
  world_.RunUntil(kNine - minutes(1));
  ASSERT_EQ(world_.StatusOf("a").warm, 1);
  // What another start has made good is none any more.
  EXPECT_EQ(world_.TargetStatusOf("a").trouble, "");
  EXPECT_FALSE(world_.StatusOf("a").conditions.back().status);
  target.End("a-0");
  world_.RunFor(seconds(2));
  EXPECT_EQ(world_.TargetStatusOf("a").trouble, "a-0 exited with status 1");
  EXPECT_EQ(world_.TargetStatusOf("a").state, "failed");
  EXPECT_FALSE(world_.TargetStatusOf("a").eta.has_value());
}

TEST_F(TroublesTest, WritesAreToldAlsoOfATargetThatLeaves) {
  FakeTarget& target = world_.TargetNamed("a");
  world_.Adopt({Hours("a")});
  target.writes = {{"FloorRaised", "replicas: 0 -> 1"}};
  world_.RunFor(seconds(2));
  target.lingers = true;
  world_.Adopt({});
  target.writes = {{"FloorRestored", "replicas: 1 -> 0"}};
  world_.RunFor(seconds(2));
  EXPECT_THAT(world_.notes.written,
              ElementsAre("shop/a FloorRaised", "shop/a FloorRestored"));
}

TEST_F(TroublesTest, OneThatNeverAnswersIsToldOfAndHasNoEstimateInTheEnd) {
  world_.warmer.silent["a-0"] = 1;
  Policy policy = Hours("a");
  policy.lead_time.max = minutes(14);
  world_.Adopt({policy});
  world_.RunUntil(kNine - seconds(40));
  const auto started = world_.TargetStatusOf("a");
  ASSERT_EQ(started.instances.size(), 1U);
  EXPECT_EQ(started.state, "starting");
  EXPECT_EQ(started.instances[0].error, "nobody answers");
  world_.RunFor(minutes(5));
  const Condition degraded = world_.StatusOf("a").conditions.back();
  EXPECT_TRUE(degraded.status);
  EXPECT_EQ(degraded.reason, "NoAnswer");
  EXPECT_EQ(degraded.message, "a-0: nobody answers");
  EXPECT_FALSE(world_.TargetStatusOf("a").eta.has_value());
}

TEST_F(TroublesTest, InstanceThatProvesNothingIsNotWarmAndIsReplaced) {
  Policy policy = Hours("a");
  policy.warmup.retries = 2;
  world_.warmer.broken["a-0"] = 1;
  world_.Adopt({policy});
  world_.RunUntil(kNine + minutes(1));
  EXPECT_THAT(world_.TargetNamed("a").replaced, ElementsAre("a-0"));
  EXPECT_EQ(world_.StatusOf("a").warm, 1);
  EXPECT_EQ(world_.notes.refused, 3);
  EXPECT_THAT(world_.notes.replaced_why, ElementsAre("it proved nothing"));
}

TEST_F(TroublesTest, FailingOnesAreReplacedMoreAndMoreSeldom) {
  Policy policy = Hours("a");
  policy.warmup.retries = 0;
  world_.warmer.broken["*"] = 1;
  world_.Adopt({policy});
  world_.RunUntil(Utc(2026, 3, 2, 12));
  const auto replaced = world_.TargetNamed("a").replaced.size();
  EXPECT_GE(replaced, 4U);
  EXPECT_LE(replaced, 12U);
  const PolicyStatus status = world_.StatusOf("a");
  EXPECT_EQ(world_.TargetStatusOf("a").state, "failed");
  EXPECT_EQ(status.conditions.back().type, "Degraded");
  EXPECT_TRUE(status.conditions.back().status);
  EXPECT_THAT(status.conditions.back().message, HasSubstr("proved nothing"));
}

TEST_F(TroublesTest, OneThatFallsSilentIsNotTakenForWarm) {
  world_.Adopt({Hours("a")});
  world_.RunUntil(kNine);
  ASSERT_EQ(world_.StatusOf("a").warm, 1);
  world_.warmer.silent["a-0"] = 1;
  world_.RunFor(seconds(10));
  EXPECT_EQ(world_.StatusOf("a").warm, 0);
  world_.warmer.silent.clear();
  world_.RunFor(seconds(5));
  EXPECT_EQ(world_.StatusOf("a").warm, 1);
}

TEST_F(TroublesTest, AnotherProcessAtTheSameAddressIsProvenAnew) {
  world_.Adopt({Hours("a")});
  world_.RunUntil(kNine);
  const auto calls = world_.warmer.calls.size();
  world_.warmer.generation["a-0"] = "-again";
  world_.RunFor(seconds(10));
  EXPECT_EQ(world_.warmer.calls.size(), calls + 1);
  EXPECT_EQ(world_.StatusOf("a").warm, 1);
}

TEST_F(TroublesTest, WarmOnesAreProvenAgainWithoutCountingAsCold) {
  Policy policy = Hours("a");
  policy.warmup.reverify = minutes(10);
  world_.warmer.warm_up_takes = seconds(30);
  world_.Adopt({policy});
  world_.RunUntil(kNine);
  const auto calls = world_.warmer.calls.size();
  for (int i = 0; i < 15 * 60; i += 5) {
    world_.RunFor(seconds(5));
    ASSERT_EQ(world_.StatusOf("a").warm, 1);
  }
  EXPECT_GT(world_.warmer.calls.size(), calls);
}

}  // namespace
}  // namespace prewarm
