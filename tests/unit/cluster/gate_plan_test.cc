#include "warmup-controller/cluster/gate_plan.h"

#include <gtest/gtest.h>

namespace prewarm {
namespace {

using Phase = Instance::Phase;

PodSeen Pod() {
  PodSeen pod;
  pod.gated = true;
  pod.container_id = "containerd://one";
  return pod;
}

PodWarmth In(Phase phase) {
  PodWarmth warmth;
  warmth.phase = phase;
  warmth.instance_id = "91ab";
  return warmth;
}

// What this pod's condition is after the plan.
WarmCondition After(const PodSeen& pod, const PodWarmth& warmth) {
  const auto planned = PlanGate(pod, warmth);
  EXPECT_TRUE(planned || pod.warm) << "a pod that runs has a condition";
  return planned ? *planned : pod.warm.value_or(WarmCondition());
}

TEST(GatePlan, PodIsColdUntilAWarmUpOfItsStartWasVerified) {
  PodSeen pod = Pod();
  for (const Phase phase : {Phase::kStarting, Phase::kCold, Phase::kWarming}) {
    const WarmCondition condition = After(pod, In(phase));
    EXPECT_FALSE(condition.is_true);
    EXPECT_EQ(condition.reason, "NotYetVerified");
    pod.warm = condition;
  }
  const WarmCondition warm = After(pod, In(Phase::kWarm));
  EXPECT_TRUE(warm.is_true);
  EXPECT_EQ(warm.message, "containerd://one proved by instance 91ab");
  EXPECT_EQ(ContainerOf(warm), "containerd://one");
}

TEST(GatePlan, PodThatDoesNotRunYetIsLeftToItsKubelet) {
  PodSeen pod = Pod();
  pod.container_id = "";
  EXPECT_FALSE(PlanGate(pod, In(Phase::kStarting)).has_value());
  pod.container_id = "containerd://one";
  EXPECT_TRUE(PlanGate(pod, In(Phase::kStarting)).has_value());
}

TEST(GatePlan, NothingIsWrittenTwice) {
  PodSeen pod = Pod();
  pod.warm = PlanGate(pod, In(Phase::kWarm));
  EXPECT_FALSE(PlanGate(pod, In(Phase::kWarm)).has_value());
}

TEST(GatePlan, AnotherStartOfTheContainerTakesItAway) {
  PodSeen pod = Pod();
  pod.warm = PlanGate(pod, In(Phase::kWarm));
  pod.container_id = "containerd://two";
  EXPECT_FALSE(After(pod, In(Phase::kStarting)).is_true);
  pod.container_id = "";
  const WarmCondition gone = After(pod, In(Phase::kStarting));
  EXPECT_FALSE(gone.is_true);
  EXPECT_EQ(gone.reason, "NotRunning");
}

TEST(GatePlan, ControllerThatHasJustBegunLeavesWhatWasProved) {
  PodSeen pod = Pod();
  pod.warm = PlanGate(pod, In(Phase::kWarm));
  EXPECT_FALSE(PlanGate(pod, In(Phase::kStarting)).has_value());
  PodWarmth answers = In(Phase::kCold);
  answers.says_ready = true;
  EXPECT_FALSE(PlanGate(pod, answers).has_value());
  EXPECT_FALSE(PlanGate(pod, In(Phase::kWarming)).has_value());
  // Another name of the same start proves nothing new.
  PodWarmth again = In(Phase::kWarm);
  again.instance_id = "";
  EXPECT_FALSE(PlanGate(pod, again).has_value());
}

TEST(GatePlan, OneThatSaysItIsNotReadyIsNot) {
  PodSeen pod = Pod();
  pod.warm = PlanGate(pod, In(Phase::kWarm));
  PodWarmth lost = In(Phase::kCold);
  lost.says_ready = false;
  const WarmCondition condition = After(pod, lost);
  EXPECT_FALSE(condition.is_true);
  EXPECT_EQ(condition.reason, "NotReady");
}

TEST(GatePlan, OneThatProvedItselfIsLetInOnceItSaysThatItIsReady) {
  PodSeen pod = Pod();
  PodWarmth proved = In(Phase::kWarm);
  proved.says_ready = false;
  EXPECT_FALSE(After(pod, proved).is_true);
  proved.says_ready = true;
  EXPECT_TRUE(After(pod, proved).is_true);
}

TEST(GatePlan, OneThatDoesNotStayWarmIsToldOfOnce) {
  PodSeen pod = Pod();
  PodWarmth lapsed = In(Phase::kCold);
  lapsed.lapses = 1;
  lapsed.says_ready = false;
  pod.warm = After(pod, lapsed);
  EXPECT_EQ(pod.warm->reason, "NotReady");
  // Neither another try nor what it says in between is written.
  lapsed.lapses = 2;
  lapsed.phase = Phase::kWarming;
  EXPECT_FALSE(PlanGate(pod, lapsed).has_value());
  lapsed.phase = Phase::kWarm;
  EXPECT_FALSE(PlanGate(pod, lapsed).has_value());
  lapsed.phase = Phase::kCold;
  lapsed.says_ready = true;
  EXPECT_FALSE(PlanGate(pod, lapsed).has_value());
}

TEST(GatePlan, WarmUpThatProvesNothingTakesItAwayAndSaysWhy) {
  PodSeen pod = Pod();
  pod.warm = PlanGate(pod, In(Phase::kWarm));
  PodWarmth failed = In(Phase::kCold);
  failed.failures = 1;
  failed.says_ready = true;
  failed.error = "verified.canary is not true";
  const WarmCondition condition = After(pod, failed);
  EXPECT_FALSE(condition.is_true);
  EXPECT_EQ(condition.message, "verified.canary is not true");
}

TEST(GatePlan, PodsWithoutTheGateAndThoseThatGoAreNobodysBusiness) {
  PodSeen pod = Pod();
  pod.gated = false;
  EXPECT_FALSE(PlanGate(pod, In(Phase::kWarm)).has_value());
  pod.gated = true;
  pod.deleting = true;
  EXPECT_FALSE(PlanGate(pod, In(Phase::kWarm)).has_value());
  pod.deleting = false;
  pod.ended = true;
  EXPECT_FALSE(PlanGate(pod, In(Phase::kWarm)).has_value());
}

}  // namespace
}  // namespace prewarm
