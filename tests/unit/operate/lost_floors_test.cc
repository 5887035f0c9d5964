#include "warmup-controller/operate/lost_floors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/cluster/fake_cluster.h"
#include "tests/unit/kube/hand_clock.h"

namespace prewarm {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// One autoscaler that a policy which is gone has raised from 1 to 3. Its
// workload is not there.
class LostFloorsTest : public testing::Test {
 protected:
  LostFloorsTest() {
    cluster_.workload.kind = "Deployment";
    cluster_.workload.id.name = "server";
    cluster_.AddAutoscaler(kScaledObject, 3, 10);
    Scaler().mark = MarkText({1, 3, 3, false, {"shop/hours"}});
    floors_.Follow(cluster_.autoscalers);
  }
  AutoscalerSeen& Scaler() { return cluster_.autoscalers[0]; }
  // What is told of it, in some seconds.
  std::vector<std::string> Settle(int seconds = 3) {
    std::vector<std::string> told;
    for (int i = 0; i < seconds; ++i) {
      for (const auto& given : floors_.GiveBack()) {
        told.push_back(given.target.Full() + " " + given.write.message);
      }
      cluster_.Deliver();
      clock_.Pass(std::chrono::seconds(1));
    }
    return told;
  }

  FakeCluster cluster_;
  kube::HandClock clock_;
  LostFloors floors_{&cluster_, &clock_};
};

TEST_F(LostFloorsTest, MinimumIsGivenBackAndToldOnce) {
  EXPECT_TRUE(floors_.Owes("shop/hours"));
  EXPECT_FALSE(floors_.Owes("shop/night"));
  EXPECT_THAT(Settle(), ElementsAre("shop/Deployment/server minReplicaCount of "
                                    "ScaledObject scaler: 3 -> 1"));
  EXPECT_THAT(cluster_.TakeLog(), ElementsAre("minimum 1"));
  EXPECT_FALSE(floors_.Owes("shop/hours"));
}

TEST_F(LostFloorsTest, KedaThatPausesIsNoReasonToKeepIt) {
  Scaler().paused = true;
  (void)Settle();
  EXPECT_EQ(Scaler().min, 1);
  EXPECT_FALSE(floors_.Owes("shop/hours"));
}

TEST_F(LostFloorsTest, BrokenMarkIsOwedToNobodyAndGoes) {
  Scaler().mark = "broken";
  floors_.Follow(cluster_.autoscalers);
  EXPECT_FALSE(floors_.Owes("shop/hours"));
  EXPECT_THAT(Settle(), IsEmpty());
  EXPECT_THAT(cluster_.TakeLog(), ElementsAre("minimum -"));
}

TEST_F(LostFloorsTest, AfterManyFailuresItIsStillOwedWhileTheServerIsAway) {
  cluster_.fails = "away";
  (void)Settle(300);
  EXPECT_TRUE(floors_.Owes("shop/hours"));
  EXPECT_THAT(floors_.Refused("shop/hours"), IsEmpty());
}

TEST_F(LostFloorsTest, NobodyWaitsForWhatTheServerRefusesAgainAndAgain) {
  cluster_.fails = "denied by a webhook";
  cluster_.fails_with = ErrorCode::kForbidden;
  (void)Settle(3);
  EXPECT_TRUE(floors_.Owes("shop/hours"));
  (void)Settle(60);
  EXPECT_FALSE(floors_.Owes("shop/hours"));
  EXPECT_THAT(floors_.Refused("shop/hours"),
              ElementsAre(HasSubstr("minReplicaCount of ScaledObject scaler "
                                    "stays 3")));
  EXPECT_THAT(floors_.Refused("shop/night"), IsEmpty());
  // It is tried on, for whoever allows it later.
  cluster_.fails.clear();
  (void)Settle(60);
  EXPECT_EQ(Scaler().min, 1);
}

TEST_F(LostFloorsTest, WhatAPolicyWantsAgainIsLeftToIt) {
  floors_.Follow({});
  EXPECT_THAT(Settle(), IsEmpty());
  EXPECT_THAT(cluster_.TakeLog(), IsEmpty());
}

TEST_F(LostFloorsTest, GivenBackIsToldAlsoIfItsEndComesLate) {
  (void)floors_.GiveBack();
  floors_.Follow({});
  cluster_.Deliver();
  EXPECT_THAT(Settle(), testing::SizeIs(1));
  EXPECT_THAT(Settle(), IsEmpty());
}

}  // namespace
}  // namespace prewarm
