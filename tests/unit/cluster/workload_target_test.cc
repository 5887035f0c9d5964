#include "warmup-controller/cluster/workload_target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/cluster/fake_cluster.h"
#include "warmup-controller/cluster/pod_instances.h"

namespace prewarm {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class HandClock : public Clock {
 public:
  SteadyTime Now() const override { return now; }
  WallTime WallNow() const override { return WallTime(); }
  SteadyTime now = SteadyTime() + std::chrono::hours(1);
};

class WorkloadTargetTest : public testing::Test {
 protected:
  WorkloadTargetTest() {
    cluster_.workload.id = {"shop", "server", "uid-server", "1"};
    cluster_.workload.kind = "Deployment";
    cluster_.workload.replicas = 0;
    cluster_.workload.gated = true;
    target_.SetPolicies({"shop/hours"}, true);
  }
  // What is done until nothing more is to do.
  std::vector<std::string> Settle() {
    std::vector<std::string> all;
    for (int i = 0; i < 10; ++i) {
      view_ = target_.Observe();
      cluster_.Deliver();
      const auto done = cluster_.TakeLog();
      if (done.empty()) return all;
      all.insert(all.end(), done.begin(), done.end());
    }
    ADD_FAILURE() << "it never rests";
    return all;
  }
  void Want(int replicas) { ASSERT_TRUE(target_.Scale(replicas, {}).ok()); }
  void TellWarm(const std::string& pod, int in_flight = 0) {
    InstanceTold told;
    told.id = InstanceIdOf(cluster_.PodNamed(pod));
    told.warm = true;
    told.is_ready = true;
    told.process = "process";
    told.in_flight = in_flight;
    told_.push_back(told);
    target_.Tell(told_);
  }
  FakeCluster cluster_;
  HandClock clock_;
  WorkloadTarget target_{{"shop", "Deployment", "server"}, &cluster_, &clock_};
  TargetView view_;
  std::vector<InstanceTold> told_;
};

TEST_F(WorkloadTargetTest, NothingIsWrittenBeforeSomethingIsWanted) {
  cluster_.workload.replicas = 4;
  EXPECT_THAT(Settle(), IsEmpty());
}

TEST_F(WorkloadTargetTest, WorkloadAloneIsScaledAndLetGo) {
  Want(3);
  EXPECT_THAT(Settle(), ElementsAre("replicas 3"));
  ASSERT_TRUE(target_.kept_mark().has_value());
  EXPECT_EQ(target_.kept_mark()->floor, 3);
  Want(5);
  EXPECT_THAT(Settle(), ElementsAre("replicas 5"));
  EXPECT_EQ(target_.kept_mark()->baseline, 0);
  Want(0);
  EXPECT_THAT(Settle(), ElementsAre("replicas 0"));
}

TEST_F(WorkloadTargetTest, WritesAreToldOnceTheyAreDoneAndOnlyOnce) {
  std::vector<std::string> told;
  const auto settle = [&] {
    for (int i = 0; i < 5; ++i) {
      for (const FloorWrite& write : target_.Observe().writes) {
        told.push_back(write.reason + " " + write.message);
      }
      cluster_.Deliver();
    }
    return std::exchange(told, {});
  };
  cluster_.workload.replicas = 1;
  cluster_.AddAutoscaler("HorizontalPodAutoscaler", 1, 10);
  Want(3);
  EXPECT_THAT(settle(),
              ElementsAre("FloorRaised minReplicas of HorizontalPodAutoscaler "
                          "scaler: 1 -> 3"));
  EXPECT_THAT(settle(), IsEmpty());
  Want(2);
  EXPECT_THAT(settle(),
              ElementsAre("FloorLowered minReplicas of HorizontalPodAutoscaler "
                          "scaler: 3 -> 2"));
  target_.SetPolicies({}, true);
  EXPECT_THAT(settle(), ElementsAre("FloorRestored minReplicas of "
                                    "HorizontalPodAutoscaler scaler: 2 -> 1"));
}

TEST_F(WorkloadTargetTest, WriteThatFailedIsNotTold) {
  Want(3);
  cluster_.fails = "away";
  cluster_.Deliver();
  EXPECT_THAT(target_.Observe().writes, IsEmpty());
}

TEST_F(WorkloadTargetTest, OwnWriteThatIsNotSeenYetIsNobodyElses) {
  Want(3);
  const WorkloadSeen before = cluster_.workload;
  cluster_.Deliver();
  // The cache is late.
  const WorkloadSeen after = cluster_.workload;
  cluster_.workload = before;
  for (int i = 0; i < 5; ++i) {
    (void)target_.Observe();
    clock_.now += seconds(1);
  }
  EXPECT_THAT(cluster_.TakeLog(), ElementsAre("replicas 3"));
  cluster_.workload = after;
  EXPECT_THAT(Settle(), IsEmpty());
  EXPECT_EQ(target_.kept_mark()->baseline, 0);
}

TEST_F(WorkloadTargetTest, WriteThatFailsIsTroubleAndTriedAgainLater) {
  cluster_.fails = "the server is away";
  Want(3);
  cluster_.Deliver();
  for (int i = 0; i < 3; ++i) view_ = target_.Observe();
  EXPECT_EQ(view_.trouble, "the server is away");
  EXPECT_EQ(cluster_.TakeLog().size(), 1U);
  cluster_.fails.clear();
  clock_.now += seconds(1);
  EXPECT_THAT(Settle(), ElementsAre("replicas 3"));
  EXPECT_EQ(view_.trouble, "");
}

TEST_F(WorkloadTargetTest, WriteThatLostARaceIsMadeAnewAtOnce) {
  Want(3);
  cluster_.Touch(&cluster_.workload.id);
  EXPECT_THAT(Settle(), ElementsAre("replicas 3", "replicas 3"));
  EXPECT_EQ(cluster_.workload.replicas, 3);
}

TEST_F(WorkloadTargetTest, AutoscalerIsRaisedAndTheSleepingWorkloadWoken) {
  cluster_.AddAutoscaler("HorizontalPodAutoscaler", 1, 10);
  Want(3);
  EXPECT_THAT(Settle(), UnorderedElementsAre("minimum 3 marked", "replicas 3"));
  Want(0);
  EXPECT_THAT(Settle(), UnorderedElementsAre("minimum 1", "replicas 0"));
  EXPECT_FALSE(cluster_.autoscalers[0].mark.has_value());
  EXPECT_FALSE(target_.kept_mark().has_value());
}

TEST_F(WorkloadTargetTest, AutoscaledWorkloadSleepsOnlyIfItsPolicySaysSo) {
  target_.SetPolicies({"shop/hours"}, false);
  cluster_.AddAutoscaler("HorizontalPodAutoscaler", 1, 10);
  cluster_.workload.replicas = 1;
  Want(3);
  EXPECT_THAT(Settle(), ElementsAre("minimum 3 marked"));
  Want(0);
  EXPECT_THAT(Settle(), ElementsAre("minimum 1"));
}

TEST_F(WorkloadTargetTest, AutoscalerMayBeReferredToItself) {
  cluster_.AddAutoscaler("HorizontalPodAutoscaler", 1, 10);
  cluster_.workload.replicas = 1;
  WorkloadTarget target({"shop", "HorizontalPodAutoscaler", "scaler"},
                        &cluster_, &clock_);
  target.SetPolicies({"shop/hours"}, true);
  ASSERT_TRUE(target.Scale(2, {}).ok());
  EXPECT_THAT(cluster_.TakeLog(), ElementsAre("minimum 2 marked"));
}

TEST_F(WorkloadTargetTest, OfKedaOnlyTheScaledObjectIsWritten) {
  cluster_.AddAutoscaler("ScaledObject", 0, 10);
  Want(3);
  EXPECT_THAT(Settle(), ElementsAre("minimum 3 marked"));
  cluster_.autoscalers[0].paused = true;
  cluster_.Touch(&cluster_.autoscalers[0].id);
  Want(0);
  EXPECT_THAT(Settle(), IsEmpty());
  EXPECT_THAT(view_.trouble, HasSubstr("is paused"));
}

TEST_F(WorkloadTargetTest, NothingIsWrittenWhileKedasScaledObjectIsNotSeen) {
  cluster_.of_unseen = "keda-hpa-server";
  Want(3);
  EXPECT_THAT(Settle(), IsEmpty());
  EXPECT_THAT(view_.trouble, HasSubstr("HorizontalPodAutoscaler "
                                       "keda-hpa-server belongs to a "
                                       "ScaledObject"));
  cluster_.of_unseen.clear();
  cluster_.AddAutoscaler(kScaledObject, 0, 10);
  EXPECT_THAT(Settle(), ElementsAre("minimum 3 marked"));
  EXPECT_EQ(view_.trouble, "");
}

TEST_F(WorkloadTargetTest, FloorAboveTheMaximumIsNoted) {
  cluster_.AddAutoscaler("HorizontalPodAutoscaler", 1, 2);
  cluster_.workload.replicas = 1;
  Want(3);
  (void)Settle();
  ASSERT_EQ(view_.notes.size(), 1U);
  EXPECT_EQ(view_.notes[0].condition, "FloorCapped");
  EXPECT_EQ(cluster_.autoscalers[0].min, 2);
}

TEST_F(WorkloadTargetTest, SomebodyWhoKeepsItLowIsAConflict) {
  cluster_.AddAutoscaler("HorizontalPodAutoscaler", 1, 10);
  cluster_.workload.replicas = 1;
  Want(3);
  (void)Settle();
  for (int i = 0; i < 2; ++i) {
    cluster_.autoscalers[0].min = 1;
    cluster_.Touch(&cluster_.autoscalers[0].id);
    (void)Settle();
  }
  ASSERT_EQ(view_.notes.size(), 1U);
  EXPECT_EQ(view_.notes[0].condition, "Conflict");
  EXPECT_EQ(cluster_.autoscalers[0].min, 1);
}

TEST_F(WorkloadTargetTest, TwoAutoscalersAreRefusedByName) {
  cluster_.AddAutoscaler("HorizontalPodAutoscaler", 1, 10);
  cluster_.AddAutoscaler("ScaledObject", 1, 10);
  Want(3);
  EXPECT_THAT(Settle(), IsEmpty());
  EXPECT_THAT(view_.trouble, HasSubstr("scale the same workload"));
}

TEST_F(WorkloadTargetTest, MissingWorkloadIsNamedAndComesBack) {
  cluster_.workload.id.name = "other";
  Want(3);
  (void)Settle();
  EXPECT_EQ(view_.trouble, "there is no Deployment server in shop");
  cluster_.workload.id.name = "server";
  EXPECT_THAT(Settle(), ElementsAre("replicas 3"));
}

TEST_F(WorkloadTargetTest, PodIsLetInOnlyOnceItIsWarm) {
  cluster_.AddPod("a");
  EXPECT_THAT(Settle(), ElementsAre("a cold"));
  TellWarm("a");
  EXPECT_THAT(Settle(), ElementsAre("a warm"));
  EXPECT_THAT(Settle(), IsEmpty());
  // The container has started anew, and nobody has looked yet.
  cluster_.pods[0].restarts = 1;
  cluster_.pods[0].container_id = "containerd://a-2";
  cluster_.Touch(&cluster_.pods[0].id);
  EXPECT_THAT(Settle(), ElementsAre("a cold"));
}

TEST_F(WorkloadTargetTest, StartThatNobodyCountedIsAnotherOneAllTheSame) {
  cluster_.AddPod("a");
  (void)Settle();
  TellWarm("a");
  EXPECT_THAT(Settle(), ElementsAre("a warm"));
  // Its restartCount is no promise.
  cluster_.pods[0].container_id = "containerd://a-2";
  cluster_.Touch(&cluster_.pods[0].id);
  EXPECT_THAT(Settle(), ElementsAre("a cold"));
  // Nor is it the one that was to be replaced.
  ASSERT_TRUE(target_.Replace("a-uid-a.0.a-1").ok());
  EXPECT_THAT(cluster_.TakeLog(), IsEmpty());
  TellWarm("a");
  EXPECT_THAT(Settle(), ElementsAre("a warm"));
  EXPECT_EQ(cluster_.pods[0].warm->message,
            "containerd://a-2 proved by instance process");
}

TEST_F(WorkloadTargetTest, PodWhoseContainerDoesNotRunYetIsKnownLaterOn) {
  cluster_.AddPod("a").container_id.clear();
  (void)Settle();
  const InstanceSeen before = view_.instances.at(0);
  EXPECT_EQ(before.id, "a-uid-a.0");
  EXPECT_THAT(before.urls, IsEmpty());
  cluster_.pods[0].container_id = "containerd://" + std::string(64, 'f');
  (void)Settle();
  EXPECT_EQ(view_.instances.at(0).id, "a-uid-a.0.ffffffffffff");
  EXPECT_EQ(view_.instances.at(0).id_before, before.id);
}

TEST_F(WorkloadTargetTest, PodsOfTheHostsNetworkAreNotCalled) {
  cluster_.AddPod("a").host_network = true;
  EXPECT_THAT(Settle(), IsEmpty());
  EXPECT_THAT(view_.instances, IsEmpty());
}

TEST_F(WorkloadTargetTest, PodsAreInstancesWithUrlsOnceTheyRun) {
  cluster_.AddPod("a");
  PodSeen& waits = cluster_.AddPod("b");
  waits.ip.clear();
  (void)Settle();
  ASSERT_EQ(view_.instances.size(), 2U);
  EXPECT_EQ(view_.instances[0].id, "a-uid-a.0.a-1");
  EXPECT_EQ(UrlOf(view_.instances[0], "admin"), "http://10.244.0.1:9091");
  EXPECT_EQ(UrlOf(view_.instances[0], "9000"), "http://10.244.0.1:9000");
  EXPECT_EQ(UrlOf(view_.instances[1], "admin"), "");
}

TEST_F(WorkloadTargetTest, BusyPodsAreMarkedBeforeOthersAreLetGo) {
  Want(2);
  cluster_.AddPod("a");
  cluster_.AddPod("b");
  (void)Settle();
  TellWarm("a", 2);
  TellWarm("b");
  (void)Settle();
  Want(1);
  EXPECT_THAT(Settle(), ElementsAre("a cost 1000", "replicas 1"));
  // What is not busy any more is as the others.
  told_.clear();
  TellWarm("a");
  TellWarm("b");
  Want(0);
  EXPECT_THAT(Settle(), ElementsAre("a cost -", "replicas 0"));
}

TEST_F(WorkloadTargetTest, ReplacedPodIsDeletedOnce) {
  cluster_.AddPod("a");
  (void)Settle();
  ASSERT_TRUE(target_.Replace("a-uid-a.0.a-1").ok());
  ASSERT_TRUE(target_.Replace("a-uid-a.0.a-1").ok());
  cluster_.Deliver();
  EXPECT_THAT(cluster_.TakeLog(), ElementsAre("delete a"));
  ASSERT_TRUE(target_.Replace("a-uid-a.0.a-1").ok());
  ASSERT_TRUE(target_.Replace("unknown").ok());
  EXPECT_THAT(cluster_.TakeLog(), IsEmpty());
}

TEST_F(WorkloadTargetTest, ReleaseGivesBackAndIsOver) {
  cluster_.AddAutoscaler("HorizontalPodAutoscaler", 1, 10);
  cluster_.workload.replicas = 1;
  Want(3);
  (void)Settle();
  EXPECT_FALSE(target_.Idle());
  target_.Leave();
  EXPECT_FALSE(target_.Idle());
  EXPECT_THAT(Settle(), ElementsAre("minimum 1"));
  EXPECT_TRUE(target_.Idle());
}

TEST_F(WorkloadTargetTest, LastPolicyThatGoesGivesBackAndOneThatComesRaises) {
  cluster_.AddAutoscaler("HorizontalPodAutoscaler", 1, 10);
  cluster_.workload.replicas = 1;
  Want(3);
  (void)Settle();
  target_.SetPolicies({}, true);
  EXPECT_THAT(Settle(), ElementsAre("minimum 1"));
  // It is asked for the same as before: nobody scales it anew.
  target_.SetPolicies({"shop/hours"}, true);
  EXPECT_THAT(Settle(), ElementsAre("minimum 3 marked"));
}

TEST_F(WorkloadTargetTest, RestartKnowsWhatIsOurs) {
  cluster_.AddAutoscaler("HorizontalPodAutoscaler", 1, 10);
  cluster_.workload.replicas = 1;
  Want(3);
  (void)Settle();
  WorkloadTarget again({"shop", "Deployment", "server"}, &cluster_, &clock_);
  again.SetPolicies({"shop/hours"}, true);
  ASSERT_TRUE(again.Scale(3, {}).ok());
  EXPECT_THAT(cluster_.TakeLog(), IsEmpty());
  ASSERT_TRUE(again.Scale(0, {}).ok());
  EXPECT_THAT(cluster_.TakeLog(), ElementsAre("minimum 1", "replicas 0"));
}

TEST_F(WorkloadTargetTest, ServerThatDoesNotSayWhoWroteReplicasIsNoReason) {
  // As of Kubernetes 1.20: whoever applied the object seems to own them.
  cluster_.workload.replicas = 0;
  cluster_.workload.replicas_ours = false;
  Want(2);
  EXPECT_THAT(Settle(), ElementsAre("replicas 2"));
  Want(0);
  EXPECT_THAT(Settle(), ElementsAre("replicas 0"));
}

TEST_F(WorkloadTargetTest, GateThatIsMissingIsNotedFromTheFirstLookOn) {
  cluster_.workload.gated = false;
  EXPECT_EQ(target_.Observe().notes.size(), 1U);
  Want(1);
  (void)Settle();
  ASSERT_EQ(view_.notes.size(), 1U);
  EXPECT_EQ(view_.notes[0].condition, "GateMissing");
}

}  // namespace
}  // namespace prewarm
