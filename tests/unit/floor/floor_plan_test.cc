#include "warmup-controller/floor/floor_plan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace prewarm {
namespace {

const std::vector<std::string> kPolicies = {"shop/hours"};

// An autoscaler's minimum, as a small world: others write, then we look.
class Minimum {
 public:
  explicit Minimum(int live, int ceiling = 10)
      : live_(live), ceiling_(ceiling) {
    others_ = true;
  }
  // The replicas of a workload that nobody else scales.
  static Minimum Workload(int live) {
    Minimum made(live, 1000);
    made.others_ = false;
    return made;
  }

  FloorPlan Want(int wanted) {
    return Do(PlanFloor(Seen(), wanted, kPolicies));
  }
  FloorPlan Release() { return Do(PlanRelease(Seen())); }
  void Somebody(int writes) { live_ = writes; }
  void Ceiling(int ceiling) { ceiling_ = ceiling; }

  int live() const { return live_; }
  const std::optional<FloorMark>& mark() const { return mark_; }

 private:
  FloorSeen Seen() const {
    FloorSeen seen;
    seen.live = live_;
    seen.ceiling = ceiling_;
    seen.mark = mark_;
    if (others_) seen.baseline = live_;
    return seen;
  }
  FloorPlan Do(FloorPlan plan) {
    if (plan.write) live_ = *plan.write;
    if (plan.new_mark) mark_ = plan.mark;
    return plan;
  }

  int live_;
  int ceiling_;
  bool others_ = true;
  std::optional<FloorMark> mark_;
};

TEST(FloorPlan, MinimumIsRaisedAndGivenBack) {
  Minimum minimum(1);
  const FloorPlan raised = minimum.Want(3);
  EXPECT_EQ(minimum.live(), 3);
  EXPECT_EQ(raised.floor, 3);
  ASSERT_TRUE(minimum.mark().has_value());
  EXPECT_EQ(minimum.mark()->baseline, 1);
  EXPECT_EQ(minimum.mark()->policies, kPolicies);
  minimum.Want(0);
  EXPECT_EQ(minimum.live(), 1);
  EXPECT_FALSE(minimum.mark().has_value());
}

TEST(FloorPlan, NothingIsWrittenTwice) {
  Minimum minimum(1);
  EXPECT_FALSE(minimum.Want(0).changes());
  EXPECT_FALSE(minimum.Want(1).changes());
  EXPECT_TRUE(minimum.Want(3).changes());
  EXPECT_FALSE(minimum.Want(3).changes());
  EXPECT_TRUE(minimum.Want(0).changes());
  EXPECT_FALSE(minimum.Want(0).changes());
}

TEST(FloorPlan, FloorStaysBelowTheMaximumAndSaysSo) {
  Minimum minimum(1, 2);
  const FloorPlan plan = minimum.Want(3);
  EXPECT_EQ(minimum.live(), 2);
  EXPECT_TRUE(plan.capped);
  EXPECT_FALSE(minimum.Want(3).changes());
  minimum.Ceiling(5);
  EXPECT_FALSE(minimum.Want(3).capped);
  EXPECT_EQ(minimum.live(), 3);
  minimum.Want(0);
  EXPECT_EQ(minimum.live(), 1);
}

TEST(FloorPlan, WhoRaisesItMeanwhileKeepsIt) {
  Minimum minimum(1);
  minimum.Want(3);
  minimum.Somebody(5);
  const FloorPlan plan = minimum.Want(3);
  EXPECT_FALSE(plan.write.has_value());
  EXPECT_FALSE(plan.conflict);
  EXPECT_EQ(plan.floor, 5);
  minimum.Want(0);
  EXPECT_EQ(minimum.live(), 5);
}

TEST(FloorPlan, WhoLowersItIsOverruledOnceAndThenLeftAlone) {
  Minimum minimum(1);
  minimum.Want(3);
  minimum.Somebody(1);
  EXPECT_FALSE(minimum.Want(3).conflict);
  EXPECT_EQ(minimum.live(), 3);
  minimum.Somebody(1);
  for (int i = 0; i < 3; ++i) {
    const FloorPlan plan = minimum.Want(3);
    EXPECT_TRUE(plan.conflict);
    EXPECT_FALSE(plan.write.has_value());
    // That it is theirs is remembered once.
    EXPECT_EQ(plan.changes(), i == 0);
    EXPECT_EQ(plan.floor, 1);
  }
}

TEST(FloorPlan, ConflictEndsWhenSomethingElseIsWanted) {
  Minimum minimum(1);
  minimum.Want(3);
  minimum.Somebody(1);
  minimum.Want(3);
  minimum.Somebody(1);
  EXPECT_TRUE(minimum.Want(3).conflict);
  EXPECT_FALSE(minimum.Want(5).conflict);
  EXPECT_EQ(minimum.live(), 5);
  minimum.Want(0);
  EXPECT_EQ(minimum.live(), 1);
  EXPECT_FALSE(minimum.mark().has_value());
}

TEST(FloorPlan, ConflictEndsWhenTheOtherGivesIn) {
  Minimum minimum(1);
  minimum.Want(3);
  minimum.Somebody(1);
  minimum.Want(3);
  minimum.Somebody(1);
  EXPECT_TRUE(minimum.Want(3).conflict);
  minimum.Somebody(4);
  EXPECT_FALSE(minimum.Want(3).conflict);
  minimum.Want(0);
  EXPECT_EQ(minimum.live(), 4);
}

TEST(FloorPlan, WhatSomebodyWroteMeanwhileIsWhatIsRestored) {
  Minimum minimum(1);
  minimum.Want(3);
  minimum.Somebody(2);  // helm upgrade with minReplicas: 2
  minimum.Want(3);
  EXPECT_EQ(minimum.live(), 3);
  minimum.Want(0);
  EXPECT_EQ(minimum.live(), 2);
}

TEST(FloorPlan, ReleaseRestoresOnlyWhatIsOurs) {
  Minimum minimum(1);
  minimum.Want(3);
  minimum.Release();
  EXPECT_EQ(minimum.live(), 1);
  EXPECT_FALSE(minimum.mark().has_value());
  EXPECT_FALSE(minimum.Release().changes());

  minimum.Want(3);
  minimum.Somebody(4);
  minimum.Release();
  EXPECT_EQ(minimum.live(), 4);
  EXPECT_FALSE(minimum.mark().has_value());
}

TEST(FloorPlan, WorkloadThatOnlyWeScaleFollowsThePolicy) {
  Minimum replicas = Minimum::Workload(1);
  replicas.Want(0);
  EXPECT_EQ(replicas.live(), 0);
  replicas.Want(3);
  EXPECT_EQ(replicas.live(), 3);
  EXPECT_FALSE(replicas.Want(3).changes());
  replicas.Want(0);
  EXPECT_EQ(replicas.live(), 0);
}

TEST(FloorPlan, ReplicasThatSomebodyAddedStayUntilSomebodyTakesThemAway) {
  Minimum replicas = Minimum::Workload(0);
  replicas.Want(0);
  replicas.Somebody(5);
  EXPECT_FALSE(replicas.Want(0).write.has_value());
  replicas.Want(3);
  EXPECT_EQ(replicas.live(), 5);
  replicas.Want(7);
  EXPECT_EQ(replicas.live(), 7);
  replicas.Want(0);
  EXPECT_EQ(replicas.live(), 5);
  replicas.Somebody(0);
  replicas.Want(0);
  EXPECT_EQ(replicas.live(), 0);
}

TEST(FloorPlan, WorkloadThatIsReleasedStaysAsItIs) {
  Minimum replicas = Minimum::Workload(0);
  replicas.Want(3);
  const FloorPlan plan = replicas.Release();
  EXPECT_FALSE(plan.write.has_value());
  EXPECT_EQ(replicas.live(), 3);
  EXPECT_FALSE(replicas.mark().has_value());
}

// Whatever happens in whatever order: what is theirs comes back.
TEST(FloorPlan, AnyHistoryEndsWithWhatTheOthersWroteLast) {
  unsigned random = 1;
  const auto draw = [&random](unsigned below) {
    random = random * 1664525U + 1013904223U;
    return static_cast<int>((random >> 8) % below);
  };
  for (int round = 0; round < 20000; ++round) {
    int theirs = 1 + draw(4);
    Minimum minimum(theirs);
    for (int step = 0; step < 6; ++step) {
      if (draw(2) == 0) {
        const int before = minimum.live();
        const int writes = 1 + draw(6);
        minimum.Somebody(writes);
        // Who writes what is there has said nothing that can be seen.
        if (writes != before) theirs = writes;
      }
      const int wanted = draw(6);
      const FloorPlan plan = minimum.Want(wanted);
      EXPECT_EQ(plan.floor, minimum.live());
      if (!plan.conflict) {
        EXPECT_EQ(plan.floor, std::max(theirs, wanted)) << round;
      }
      EXPECT_FALSE(minimum.Want(wanted).changes());
    }
    minimum.Want(0);
    EXPECT_EQ(minimum.live(), theirs);
    EXPECT_FALSE(minimum.mark().has_value());
  }
}

TEST(FloorPlan, FloorOfMorePoliciesThanItsMarkNamesRestsAndIsGivenBack) {
  std::vector<std::string> many;
  for (int i = 1000; i < 1150; ++i) many.push_back("shop/" + std::to_string(i));
  FloorSeen seen;
  seen.live = 1;
  seen.baseline = 1;
  const FloorPlan raised = PlanFloor(seen, 3, many);
  ASSERT_TRUE(raised.mark.has_value());
  const auto mark = ReadMark(MarkText(*raised.mark));
  ASSERT_TRUE(mark.ok()) << mark.error().message;
  seen.live = 3;
  seen.baseline = 3;
  seen.mark = *mark;
  EXPECT_FALSE(PlanFloor(seen, 3, many).changes());
  EXPECT_EQ(PlanRelease(seen).write, 1);
}

TEST(FloorPlan, BrokenMarkGoesAndItsNumberStays) {
  FloorSeen seen;
  seen.live = 3;
  seen.baseline = 3;
  seen.broken_mark = true;
  for (const FloorPlan& plan :
       {PlanRelease(seen), PlanFloor(seen, 2, kPolicies)}) {
    EXPECT_TRUE(plan.new_mark);
    EXPECT_FALSE(plan.mark.has_value());
    EXPECT_FALSE(plan.write.has_value());
  }
}

}  // namespace
}  // namespace prewarm
