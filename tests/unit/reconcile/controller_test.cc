#include "warmup-controller/reconcile/controller.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "tests/unit/reconcile/hours.h"

namespace prewarm {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using ControllerTest = HoursTest;

TEST_F(ControllerTest, WindowIsWarmBeforeItOpens) {
  world_.warmer.answers_after = seconds(3);
  world_.warmer.warm_up_takes = seconds(4);
  world_.Adopt({Hours("a", 2)});
  world_.RunUntil(kNine - minutes(20));
  EXPECT_TRUE(world_.TargetNamed("a").instances.empty());
  EXPECT_THAT(world_.warmer.looks, IsEmpty());
  world_.RunUntil(kNine + seconds(5));
  EXPECT_EQ(world_.TargetStatusOf("a").state, "ready");
  EXPECT_EQ(world_.StatusOf("a").warm, 2);
  ASSERT_EQ(world_.notes.punctuality.size(), 1U);
  EXPECT_GT(world_.notes.punctuality[0].second, 0);
  EXPECT_EQ(world_.notes.missed, 0);
  EXPECT_THAT(world_.notes.causes, ElementsAre("warm_start", "window"));
}

TEST_F(ControllerTest, LeadIsLearnedFromTheStartsBefore) {
  world_.warmer.answers_after = seconds(1);
  world_.warmer.warm_up_takes = seconds(2);
  world_.Adopt({Hours("a")});
  world_.RunUntil(kEight);
  const auto at_first = world_.StatusOf("a").lead;
  world_.RunUntil(kNine + std::chrono::hours(24 * 4));
  const PolicyStatus status = world_.StatusOf("a");
  EXPECT_LT(status.lead, at_first);
  EXPECT_EQ(status.lead_samples, 5U);
  ASSERT_EQ(world_.notes.punctuality.size(), 5U);
  for (const auto& [policy, before] : world_.notes.punctuality) {
    EXPECT_GE(before, 0);
  }
}

TEST_F(ControllerTest, InstancesAreLetGoAfterTheWindowAndItsDelay) {
  world_.Adopt({Hours("a", 2)});
  world_.RunUntil(Utc(2026, 3, 2, 18, 1));
  EXPECT_EQ(world_.TargetNamed("a").instances.size(), 2U);
  EXPECT_EQ(world_.StatusOf("a").cause, "keep_alive");
  world_.RunUntil(Utc(2026, 3, 2, 18, 3));
  EXPECT_TRUE(world_.TargetNamed("a").instances.empty());
  EXPECT_EQ(world_.StatusOf("a").reason, "nothing is asked for");
}

TEST_F(ControllerTest, NoMoreWarmUpsAtOnceThanThePolicyAllows) {
  Policy policy = Hours("a", 7);
  policy.warmup.parallelism = 2;
  world_.warmer.warm_up_takes = seconds(5);
  world_.Adopt({policy});
  world_.RunUntil(kNine);
  EXPECT_EQ(world_.warmer.most_at_once, 2);
  EXPECT_EQ(world_.StatusOf("a").warm, 7);
}

TEST_F(ControllerTest, DryRunDoesNothingButSaysWhatItWouldDo) {
  Policy policy = Hours("a", 3);
  policy.dry_run = true;
  world_.Adopt({policy});
  world_.RunUntil(kNine + minutes(1));
  EXPECT_THAT(world_.TargetNamed("a").scaled, IsEmpty());
  EXPECT_THAT(world_.warmer.looks, IsEmpty());
  EXPECT_EQ(world_.StatusOf("a").desired, 3);
  EXPECT_EQ(world_.StatusOf("a").written, 0);
  // Who can try it without doing it may do so.
  EXPECT_EQ(world_.TargetNamed("a").rehearsed.back(), 3);
}

TEST_F(ControllerTest, DryRunBesideAPolicyThatActsIsNotRehearsed) {
  Policy acts = Hours("a", 1);
  Policy tries = Hours("b", 3);
  tries.dry_run = true;
  tries.target = acts.target;
  world_.Adopt({acts, tries});
  world_.RunUntil(kNine + minutes(1));
  EXPECT_THAT(world_.TargetNamed("a").rehearsed, IsEmpty());
  EXPECT_EQ(world_.TargetNamed("a").scaled.back(), 1);
}

TEST_F(ControllerTest, TargetOfWhichNothingIsKnownIsToldNothing) {
  world_.Adopt({Hours("a", 2)});
  world_.TargetNamed("a").unknown = true;
  world_.RunUntil(kNine + minutes(1));
  EXPECT_THAT(world_.TargetNamed("a").scaled, IsEmpty());
  world_.TargetNamed("a").unknown = false;
  world_.RunFor(seconds(2));
  EXPECT_EQ(world_.TargetNamed("a").scaled.back(), 2);
}

TEST_F(ControllerTest, RiseToWhatStandsAlreadyTeachesNothing) {
  world_.Adopt({Hours("a", 2)});
  world_.TargetNamed("a").standing = 2;
  world_.RunUntil(kNine + minutes(1));
  EXPECT_EQ(world_.StatusOf("a").warm, 2);
  EXPECT_EQ(world_.StatusOf("a").lead_samples, 0U);
}

TEST_F(ControllerTest, SuspendedPolicyLeavesWhatThereIs) {
  Policy policy = Hours("a", 2);
  world_.Adopt({policy});
  world_.RunUntil(kNine + minutes(1));
  policy.suspend = true;
  world_.Adopt({policy});
  world_.RunUntil(Utc(2026, 3, 2, 20));
  EXPECT_EQ(world_.TargetNamed("a").instances.size(), 2U);
  EXPECT_EQ(world_.StatusOf("a").cause, "suspended");
  policy.suspend = false;
  world_.Adopt({policy});
  world_.RunFor(minutes(5));
  EXPECT_TRUE(world_.TargetNamed("a").instances.empty());
}

TEST_F(ControllerTest, PolicyThatIsSuspendedFromTheStartScalesNothing) {
  Policy policy = Hours("a");
  policy.suspend = true;
  world_.TargetNamed("a").Start();
  world_.Adopt({policy});
  world_.RunFor(minutes(5));
  EXPECT_THAT(world_.TargetNamed("a").scaled, IsEmpty());
  EXPECT_EQ(world_.TargetNamed("a").instances.size(), 1U);
}

TEST_F(ControllerTest, TheHighestPolicyOfATargetWinsAndCares) {
  Policy few = Hours("few", 1);
  few.target.name = "shared";
  Policy many = Hours("many", 3);
  many.target.name = "shared";
  many.warmup.path = "/other";
  world_.Adopt({few, many});
  world_.RunUntil(kNine + minutes(1));
  EXPECT_EQ(world_.TargetNamed("shared").instances.size(), 3U);
  EXPECT_THAT(world_.warmer.calls.back(), HasSubstr("/other"));
  EXPECT_EQ(world_.StatusOf("few").desired, 1);
  // The one that has most pays for all, the other for its own.
  world_.RunUntil(kNine + std::chrono::hours(1));
  EXPECT_NEAR(world_.StatusOf("many").instance_hours, 3, 0.6);
  EXPECT_NEAR(world_.StatusOf("few").instance_hours, 1, 0.2);
}

TEST_F(ControllerTest, NoBudgetIsExceeded) {
  Policy policy = Hours("a", 3);
  policy.instance_hours_per_day = 6;
  world_.Adopt({policy});
  world_.RunUntil(Utc(2026, 3, 2, 17));
  EXPECT_TRUE(world_.TargetNamed("a").instances.empty());
  EXPECT_LE(world_.StatusOf("a").instance_hours, 6);
  EXPECT_GT(world_.StatusOf("a").instance_hours, 5.5);
  EXPECT_EQ(world_.StatusOf("a").cause, "budget");
  // Another day.
  world_.RunUntil(Utc(2026, 3, 3, 9, 5));
  EXPECT_EQ(world_.StatusOf("a").warm, 3);
}

TEST_F(ControllerTest, VisitorGetsAnInstanceAndIsForgottenWhenSheLeaves) {
  Policy policy = World::PolicyNamed("a");
  policy.intent.enabled = true;
  world_.warmer.warm_up_takes = seconds(2);
  world_.Adopt({policy});
  world_.RunFor(minutes(1));
  EXPECT_TRUE(world_.TargetNamed("a").instances.empty());
  IntentPost post{"shop/a", "visitor-1", VisitorState::kOpen, "10.0.0.1"};
  ASSERT_TRUE(world_.intents.Post(post, world_.clock.Now()).ok());
  world_.RunFor(seconds(4));
  EXPECT_EQ(world_.TargetStatusOf("a").state, "ready");
  EXPECT_EQ(world_.StatusOf("a").cause, "intent");
  ASSERT_TRUE(world_.StatusOf("a").intent.has_value());
  EXPECT_EQ(world_.StatusOf("a").intent->visitors, 1);
  post.state = VisitorState::kLeft;
  ASSERT_TRUE(world_.intents.Post(post, world_.clock.Now()).ok());
  world_.RunFor(seconds(2));
  EXPECT_EQ(world_.TargetNamed("a").instances.size(), 1U);
  world_.RunFor(seconds(3));
  EXPECT_TRUE(world_.TargetNamed("a").instances.empty());
}

TEST_F(ControllerTest, VisitorWhoFallsSilentCountsNoLonger) {
  Policy policy = World::PolicyNamed("a");
  policy.intent.enabled = true;
  world_.Adopt({policy});
  world_.RunFor(seconds(1));
  IntentPost post{"shop/a", "visitor-1", VisitorState::kOpen, "10.0.0.1"};
  ASSERT_TRUE(world_.intents.Post(post, world_.clock.Now()).ok());
  world_.RunFor(seconds(20));
  EXPECT_EQ(world_.TargetNamed("a").instances.size(), 1U);
  world_.RunFor(minutes(1));
  EXPECT_TRUE(world_.TargetNamed("a").instances.empty());
}

TEST_F(ControllerTest, BusyInstancesAreLetGoLastAndNotInTheirWork) {
  world_.Adopt({Hours("a", 3)});
  world_.RunUntil(kNine);
  InstanceHealth busy;
  busy.state = "ready";
  busy.ready = true;
  busy.in_flight = 1;
  world_.warmer.healths["a-0"] = busy;
  world_.RunUntil(Utc(2026, 3, 2, 18, 3));
  ASSERT_EQ(world_.TargetNamed("a").instances.size(), 1U);
  EXPECT_EQ(world_.TargetNamed("a").instances[0].id, "a-0");
  EXPECT_EQ(world_.StatusOf("a").cause, "in_flight");
  world_.RunUntil(Utc(2026, 3, 2, 18, 15));
  EXPECT_TRUE(world_.TargetNamed("a").instances.empty());
}

TEST_F(ControllerTest, WriteThatFailsIsTriedAgainAndTold) {
  world_.Adopt({Hours("a")});
  world_.RunUntil(kNine - minutes(20));
  world_.TargetNamed("a").scale_error = "no more room";
  world_.RunUntil(kNine + minutes(1));
  EXPECT_EQ(world_.StatusOf("a").conditions.back().reason, "ScaleFailed");
  EXPECT_LE(world_.TargetNamed("a").scaled.size(), 40U);
  world_.TargetNamed("a").scale_error.clear();
  world_.RunFor(minutes(2));
  EXPECT_EQ(world_.StatusOf("a").warm, 1);
  ASSERT_EQ(world_.notes.punctuality.size(), 1U);
  EXPECT_LT(world_.notes.punctuality[0].second, 0);
}

TEST_F(ControllerTest, ClockThatIsSetBackOrForwardIsBelieved) {
  world_.Adopt({Hours("a")});
  world_.RunUntil(kEight + minutes(1));
  world_.clock.StepWall(std::chrono::hours(2));
  world_.RunFor(seconds(5));
  EXPECT_EQ(world_.StatusOf("a").warm, 1);
  world_.clock.StepWall(-std::chrono::hours(2));
  world_.RunFor(minutes(1));
  EXPECT_TRUE(world_.TargetNamed("a").instances.empty());
}

TEST_F(ControllerTest, WhatIsNoLongerDeclaredIsLetGo) {
  world_.Adopt({Hours("a"), Hours("b")});
  world_.RunUntil(kNine + minutes(1));
  world_.Adopt({Hours("b")});
  world_.RunFor(seconds(2));
  EXPECT_TRUE(world_.TargetNamed("a").instances.empty());
  EXPECT_EQ(world_.TargetNamed("b").instances.size(), 1U);
  EXPECT_EQ(world_.board.Read()->policies.size(), 1U);
  EXPECT_EQ(world_.TargetNamed("b").started, 1);
}

TEST_F(ControllerTest, ConditionsDoNotBeginAnewWhenAnotherPolicyComes) {
  const auto since = [this] {
    std::map<std::string, std::optional<Instant>> times;
    for (const Condition& condition : world_.StatusOf("a").conditions) {
      times[condition.type] = condition.since;
    }
    return times;
  };
  world_.Adopt({Hours("a", 2)});
  world_.RunUntil(kNine + minutes(10));
  const auto before = since();
  EXPECT_LT(before.at("Active"), kNine);
  world_.Adopt({Hours("a", 2), Hours("b")});
  world_.RunUntil(kNine + minutes(20));
  EXPECT_EQ(since(), before);
  world_.Adopt({Hours("b")});
  (void)world_.Step();
  for (const auto& policy : world_.board.Read()->policies) {
    EXPECT_NE(policy->name, "a") << "it is no more";
  }
}

TEST_F(ControllerTest, PolicyWithoutATargetChangesNothing) {
  world_.Adopt({Hours("a")});
  const Status adopted = world_.controller->Adopt({{Hours("b"), {}}}, {});
  ASSERT_FALSE(adopted.ok());
  EXPECT_THAT(adopted.error().message, HasSubstr("shop/LocalProcess/b"));
  world_.RunUntil(kNine);
  EXPECT_EQ(world_.StatusOf("a").warm, 1);
}

TEST_F(ControllerTest, TargetThatIsWantedAgainBeforeItWasGoneStays) {
  world_.Adopt({Hours("a")});
  world_.RunUntil(kNine);
  FakeTarget& target = world_.TargetNamed("a");
  target.lingers = true;
  world_.Adopt({});
  EXPECT_FALSE(world_.controller->IsGone());
  target.scaled.clear();
  world_.Adopt({Hours("a")});
  world_.RunFor(minutes(1));
  // Nobody lets go of it any more.
  world_.Adopt({Hours("a")});
  EXPECT_THAT(target.scaled, ElementsAre(1));
  EXPECT_TRUE(world_.controller->IsGone());
}

TEST_F(ControllerTest, LettingGoLeavesNothing) {
  world_.Adopt({Hours("a", 2)});
  world_.RunUntil(kNine);
  world_.controller->LetGo();
  EXPECT_TRUE(world_.controller->IsGone());
  EXPECT_TRUE(world_.TargetNamed("a").instances.empty());
}

TEST_F(ControllerTest, LoopRestsWhileThereIsNothingToDo) {
  world_.Adopt({Hours("a")});
  world_.RunUntil(kEight + minutes(10));
  EXPECT_LE(world_.steps, 10 * 60 + 10);
}

}  // namespace
}  // namespace prewarm
