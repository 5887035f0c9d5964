// Floors of policies that are there and can't be used now, or that go.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/cluster/fake_cluster.h"
#include "tests/unit/kube/hand_clock.h"
#include "warmup-controller/cluster/workload_target.h"

namespace prewarm {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// A Deployment of one replica with an autoscaler.
class HeldFloorTest : public testing::Test {
 protected:
  HeldFloorTest() {
    cluster_.workload.id = {"shop", "server", "uid-server", "1"};
    cluster_.workload.kind = "Deployment";
    cluster_.workload.replicas = 1;
    cluster_.AddAutoscaler("HorizontalPodAutoscaler", 1, 10);
    target_.SetPolicies({"shop/hours"}, true);
  }
  std::vector<std::string> Settle() {
    std::vector<std::string> all;
    for (int i = 0; i < 5; ++i) {
      (void)target_.Observe();
      cluster_.Deliver();
      for (const std::string& done : cluster_.TakeLog()) all.push_back(done);
    }
    return all;
  }
  void Want(int replicas) { ASSERT_TRUE(target_.Scale(replicas, {}).ok()); }

  FakeCluster cluster_;
  kube::HandClock clock_;
  WorkloadTarget target_{{"shop", "Deployment", "server"}, &cluster_, &clock_};
};

std::shared_ptr<const std::set<std::string>> Held(std::set<std::string> names) {
  return std::make_shared<const std::set<std::string>>(std::move(names));
}

TEST_F(HeldFloorTest, FloorOfAPolicyThatCantBeUsedStaysUntilItIsGone) {
  Want(3);
  (void)Settle();
  target_.SetHeld(Held({"shop/hours"}));
  target_.SetPolicies({}, true);
  EXPECT_THAT(Settle(), IsEmpty());
  target_.Leave();
  EXPECT_THAT(Settle(), IsEmpty());
  EXPECT_FALSE(target_.Idle());
  target_.SetHeld(Held({}));
  EXPECT_THAT(Settle(), ElementsAre("minimum 1"));
  EXPECT_TRUE(target_.Idle());
}

TEST_F(HeldFloorTest, OthersRaiseWhatIsHeldAndGoBackToIt) {
  target_.SetPolicies({"shop/hours", "shop/night"}, true);
  Want(3);
  (void)Settle();
  target_.SetHeld(Held({"shop/night"}));
  target_.SetPolicies({"shop/hours"}, true);
  Want(5);
  EXPECT_THAT(Settle(), ElementsAre("minimum 5 marked"));
  Want(0);
  EXPECT_THAT(Settle(), ElementsAre("minimum 3 marked"));
  EXPECT_EQ(cluster_.workload.replicas, 1);
  target_.SetHeld(Held({}));
  EXPECT_THAT(Settle(), ElementsAre("minimum 1", "replicas 0"));
}

TEST_F(HeldFloorTest, PolicyThatGoesWaitsForWhatIsGivenBackHere) {
  Want(3);
  (void)Settle();
  EXPECT_FALSE(target_.Owes("shop/hours"));
  target_.SetPolicies({}, true);
  EXPECT_TRUE(target_.Owes("shop/hours"));
  EXPECT_FALSE(target_.Owes("shop/night"));
  (void)Settle();
  EXPECT_FALSE(target_.Owes("shop/hours"));
}

TEST_F(HeldFloorTest, MarkThatSomebodyHasBrokenGoes) {
  cluster_.autoscalers[0].mark = "broken";
  target_.SetPolicies({}, true);
  EXPECT_THAT(Settle(), ElementsAre("minimum -"));
  EXPECT_FALSE(cluster_.autoscalers[0].mark.has_value());
}

}  // namespace
}  // namespace prewarm
