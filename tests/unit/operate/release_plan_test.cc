#include "warmup-controller/operate/release_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "warmup-controller/floor/floor_mark.h"

namespace prewarm {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

AutoscalerSeen Raised(int live,
                      std::vector<std::string> policies = {"shop/a"}) {
  AutoscalerSeen one;
  one.id = {"shop", "server", "uid", "1"};
  one.kind = "HorizontalPodAutoscaler";
  one.target_kind = "Deployment";
  one.target_name = "server";
  one.min = live;
  one.max = 10;
  one.mark = MarkText({1, 3, 3, false, std::move(policies)});
  return one;
}

PolicyObject Finalized(const std::string& name) {
  PolicyObject policy;
  policy.namespace_name = "shop";
  policy.name = name;
  policy.finalized = true;
  return policy;
}

std::vector<std::string> Says(const ReleasePlan& plan) {
  std::vector<std::string> lines;
  for (const ReleaseStep& step : plan.steps) lines.push_back(step.says);
  return lines;
}

TEST(ReleasePlan, MinimumThatIsOursIsAgainWhatItWas) {
  const ReleasePlan plan = PlanReleaseOf({{}, {Raised(3)}, {}, {}}, "");
  EXPECT_THAT(Says(plan),
              ElementsAre("shop/HorizontalPodAutoscaler/server: minReplicas 3 "
                          "-> 1"));
  EXPECT_EQ(std::get<GiveMinimumBack>(plan.steps[0].what).minimum, 1);
}

TEST(ReleasePlan, MinimumThatSomebodyElseHasWrittenStays) {
  const ReleasePlan plan = PlanReleaseOf({{}, {Raised(5)}, {}, {}}, "");
  EXPECT_FALSE(std::get<GiveMinimumBack>(plan.steps[0].what).minimum);
  EXPECT_THAT(plan.steps[0].says,
              HasSubstr("stays 5, which somebody else has written"));
}

TEST(ReleasePlan, BrokenMarkGoesAndItsNumberStays) {
  AutoscalerSeen broken = Raised(3);
  broken.mark = "{";
  const ReleasePlan plan = PlanReleaseOf({{}, {broken}, {}, {}}, "");
  EXPECT_FALSE(std::get<GiveMinimumBack>(plan.steps[0].what).minimum);
  EXPECT_THAT(plan.steps[0].says, HasSubstr("annotation removed"));
  EXPECT_THAT(PlanReleaseOf({{}, {broken}, {}, {}}, "shop/a").steps, IsEmpty());
}

TEST(ReleasePlan, FinalizerGoesLast) {
  AutoscalerSeen given_back = Raised(1);
  given_back.mark.reset();
  EXPECT_THAT(Says(PlanReleaseOf({{Finalized("a")}, {Raised(3)}, {}, {}}, "")),
              ElementsAre(HasSubstr("minReplicas")));
  EXPECT_THAT(Says(PlanReleaseOf({{Finalized("a")}, {given_back}, {}, {}}, "")),
              ElementsAre("shop/PrewarmPolicy/a: finalizer removed"));
}

TEST(ReleasePlan, NothingIsLeftInTheEnd) {
  PolicyObject free = Finalized("a");
  free.finalized = false;
  AutoscalerSeen plain = Raised(1);
  plain.mark.reset();
  EXPECT_THAT(PlanReleaseOf({{free}, {plain}, {}, {}}, "").steps, IsEmpty());
}

TEST(ReleasePlan, OnePolicyLetsGoOfWhatItAloneHolds) {
  const Installed installed{
      {Finalized("a"), Finalized("b")}, {Raised(3)}, {}, {PodSeen()}};
  EXPECT_THAT(Says(PlanReleaseOf(installed, "shop/a")),
              ElementsAre(HasSubstr("minReplicas 3 -> 1")));
  EXPECT_THAT(Says(PlanReleaseOf(installed, "shop/b")),
              ElementsAre("shop/PrewarmPolicy/b: finalizer removed"));
}

TEST(ReleasePlan, FloorOfSeveralStaysForTheOthers) {
  const ReleasePlan plan = PlanReleaseOf(
      {{Finalized("a")}, {Raised(3, {"shop/a", "shop/b"})}, {}, {}}, "shop/a");
  EXPECT_THAT(Says(plan),
              ElementsAre("shop/PrewarmPolicy/a: finalizer removed"));
  EXPECT_THAT(plan.remarks, ElementsAre(HasSubstr("other policies")));
}

TEST(ReleasePlan, WhoSleepsAndIsWokenByNobodyIsNamed) {
  WorkloadSeen workload;
  workload.id = {"shop", "server", "uid", "1"};
  workload.kind = "Deployment";
  workload.replicas = 0;
  // Nobody's business: neither an autoscaler nor the gate.
  EXPECT_THAT(PlanReleaseOf({{}, {}, {workload}, {}}, "").remarks, IsEmpty());
  workload.gated = true;
  EXPECT_THAT(PlanReleaseOf({{}, {}, {workload}, {}}, "").remarks,
              Contains(HasSubstr("nothing that scales it")));
  AutoscalerSeen keda = Raised(0);
  keda.mark.reset();
  keda.kind = "ScaledObject";
  EXPECT_THAT(PlanReleaseOf({{}, {keda}, {workload}, {}}, "").remarks,
              ElementsAre(HasSubstr("readinessGate")));
}

TEST(ReleasePlan, WhatDoesNotWorkWithoutAControllerIsSaid) {
  WorkloadSeen workload;
  workload.id = {"shop", "server", "uid", "1"};
  workload.kind = "Deployment";
  workload.replicas = 0;
  workload.gated = true;
  AutoscalerSeen plain = Raised(1);
  plain.mark.reset();
  EXPECT_THAT(PlanReleaseOf({{}, {plain}, {workload}, {}}, "").remarks,
              ElementsAre(HasSubstr("0 replicas"), HasSubstr("readinessGate")));
  EXPECT_THAT(PlanReleaseOf({{}, {plain}, {workload}, {}}, "shop/a").remarks,
              IsEmpty());
}

}  // namespace
}  // namespace prewarm
