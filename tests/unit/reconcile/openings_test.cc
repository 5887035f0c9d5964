// Whether what a window asks for was warm in time, and who says so when.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/reconcile/hours.h"

namespace prewarm {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

using OpeningsTest = HoursTest;

TEST_F(OpeningsTest, RestartWithinAWindowCatchesUpAtOnceAndSaysSo) {
  World late(Utc(2026, 3, 2, 11));
  late.warmer.warm_up_takes = seconds(2);
  History before;
  before.policies["shop/a"].known_since = kEight;
  late.controller->Remember(before);
  late.Adopt({Hours("a")});
  late.RunUntil(Utc(2026, 3, 2, 11) + seconds(10));
  EXPECT_EQ(late.StatusOf("a").warm, 1);
  ASSERT_TRUE(late.StatusOf("a").last_opening.has_value());
  EXPECT_TRUE(late.StatusOf("a").last_opening->missed);
  EXPECT_EQ(late.notes.missed, 1);
}

TEST_F(OpeningsTest, WindowThatIsOpenWhenItsPolicyIsNewIsNotLate) {
  World late(Utc(2026, 3, 2, 11));
  late.warmer.warm_up_takes = seconds(2);
  late.Adopt({Hours("a")});
  late.RunUntil(Utc(2026, 3, 2, 11) + seconds(10));
  EXPECT_EQ(late.StatusOf("a").warm, 1);
  EXPECT_FALSE(late.StatusOf("a").last_opening.has_value());
  late.RunUntil(Utc(2026, 3, 3, 10));
  ASSERT_EQ(late.notes.punctuality.size(), 1U);
  EXPECT_GE(late.notes.punctuality[0].second, 0);
  EXPECT_EQ(late.notes.missed, 0);
}

TEST_F(OpeningsTest, OpeningIsJudgedOnceWhateverHappensLater) {
  world_.Adopt({Hours("a")});
  world_.RunUntil(kNine + minutes(1));
  ASSERT_EQ(world_.notes.punctuality.size(), 1U);
  Policy more = Hours("a");
  more.windows[0].replicas = 2;
  world_.Adopt({more});
  world_.RunFor(minutes(10));
  EXPECT_EQ(world_.StatusOf("a").warm, 2);
  EXPECT_EQ(world_.notes.punctuality.size(), 1U);

  World again(kNine + std::chrono::hours(1));
  again.controller->Remember(world_.controller->Remembered());
  again.Adopt({more});
  again.RunFor(minutes(10));
  EXPECT_TRUE(again.notes.punctuality.empty());
}

TEST_F(OpeningsTest, FallToWhatAnotherWindowAsksForIsNoOpening) {
  Policy policy = Hours("a", 2);
  policy.windows.push_back(Daily("1111111", 9 * 60 + 30, 10 * 60, 4));
  policy.windows[1].name = "drop";
  policy.min_replicas = 1;
  world_.Adopt({policy});
  // Through both openings, the fall to two and the fall to one.
  world_.RunUntil(Utc(2026, 3, 2, 19));
  ASSERT_EQ(world_.notes.punctuality.size(), 2U);
  EXPECT_GE(world_.notes.punctuality[0].second, 0);
  EXPECT_GE(world_.notes.punctuality[1].second, 0);
  EXPECT_EQ(world_.notes.missed, 0);
}

TEST_F(OpeningsTest, PolicyForAnotherTargetBeginsAnew) {
  world_.Adopt({Hours("a")});
  world_.RunUntil(kNine + minutes(1));
  Policy moved = Hours("a");
  moved.target.name = "b";
  world_.Adopt({moved});
  world_.RunFor(minutes(1));
  EXPECT_EQ(world_.TargetNamed("b").scaled, std::vector<int>{1});
  EXPECT_EQ(world_.StatusOf("a").warm, 1);
}

TEST_F(OpeningsTest, RestartRemembersLeadsHoursAndOpenings) {
  world_.warmer.warm_up_takes = seconds(2);
  world_.Adopt({Hours("a")});
  world_.RunUntil(kNine + std::chrono::hours(1));
  const History history = world_.controller->Remembered();
  const PolicyStatus before = world_.StatusOf("a");

  World again(kNine + std::chrono::hours(1));
  again.controller->Remember(history);
  again.Adopt({Hours("a")});
  again.RunFor(seconds(10));
  const PolicyStatus& after = again.StatusOf("a");
  EXPECT_EQ(after.lead_samples, before.lead_samples + 1);
  EXPECT_GE(after.instance_hours, before.instance_hours);
  ASSERT_TRUE(after.last_opening.has_value());
  EXPECT_FALSE(after.last_opening->missed);
}

}  // namespace
}  // namespace prewarm
