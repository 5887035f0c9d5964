#include "warmup-controller/cluster/loose_pods.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/cluster/fake_cluster.h"
#include "warmup-controller/cluster/pod_instances.h"

namespace prewarm {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class LoosePodsTest : public testing::Test {
 protected:
  std::vector<std::string> Observe() {
    view_ = pods_.Observe();
    cluster_.Deliver();
    return cluster_.TakeLog();
  }
  void TellWarm(const PodSeen& pod) {
    InstanceTold told;
    told.id = InstanceIdOf(pod);
    told.warm = true;
    told.is_ready = true;
    pods_.Tell({told});
  }

  FakeCluster cluster_;
  LoosePods pods_{"shop", &cluster_, &Clock::System()};
  TargetView view_;
};

TEST_F(LoosePodsTest, GateOpensOnlyOnceThePodHasProvedItself) {
  const PodSeen& pod = cluster_.AddPod("a");
  EXPECT_THAT(Observe(), ElementsAre("a cold"));
  EXPECT_EQ(view_.instances.size(), 1U);
  EXPECT_THAT(Observe(), IsEmpty());
  TellWarm(pod);
  EXPECT_THAT(Observe(), ElementsAre("a warm"));
  EXPECT_THAT(Observe(), IsEmpty());
}

TEST_F(LoosePodsTest, NothingElseIsEverDoneToThem) {
  cluster_.AddPod("a");
  Observe();
  EXPECT_TRUE(pods_.Replace(view_.instances[0].id).ok());
  EXPECT_TRUE(pods_.Scale(0, {view_.instances[0].id}).ok());
  pods_.Leave();
  EXPECT_TRUE(pods_.Idle());
  cluster_.Deliver();
  EXPECT_THAT(cluster_.TakeLog(), IsEmpty());
}

TEST_F(LoosePodsTest, HostsNetworkIsLeftAlone) {
  cluster_.AddPod("a").host_network = true;
  EXPECT_THAT(Observe(), IsEmpty());
  EXPECT_THAT(view_.instances, IsEmpty());
}

}  // namespace
}  // namespace prewarm
