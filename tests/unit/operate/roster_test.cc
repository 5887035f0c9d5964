#include "warmup-controller/operate/roster.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace prewarm {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

PolicySetup For(const std::string& name, const std::string& kind,
                const std::string& target) {
  PolicySetup setup;
  setup.policy.namespace_name = "shop";
  setup.policy.name = name;
  setup.policy.target = {"", kind, target};
  return setup;
}

WorkloadSeen Gated(const std::string& name) {
  WorkloadSeen workload;
  workload.id = {"shop", name, "uid", "1"};
  workload.kind = "Deployment";
  workload.gated = true;
  return workload;
}

AutoscalerSeen Scaler(const std::string& name, const std::string& target) {
  AutoscalerSeen autoscaler;
  autoscaler.id = {"shop", name, "uid", "1"};
  autoscaler.kind = "HorizontalPodAutoscaler";
  autoscaler.target_kind = "Deployment";
  autoscaler.target_name = target;
  return autoscaler;
}

TEST(Roster, PolicyForAnAutoscalerMeansWhatThatScales) {
  const Roster roster =
      MakeRoster({For("a", "HorizontalPodAutoscaler", "scaler"),
                  For("b", "Deployment", "server")},
                 {}, {Scaler("scaler", "server")});
  ASSERT_EQ(roster.targets.size(), 1U);
  EXPECT_THAT(roster.targets.at("shop/Deployment/server").policies,
              ElementsAre("shop/a", "shop/b"));
}

TEST(Roster, AutoscalerThatIsNotThereKeepsItsName) {
  AutoscalerSeen goes = Scaler("scaler", "server");
  goes.deleting = true;
  const Roster roster =
      MakeRoster({For("a", "HorizontalPodAutoscaler", "scaler")}, {}, {goes});
  EXPECT_EQ(roster.targets.count("shop/HorizontalPodAutoscaler/scaler"), 1U);
}

TEST(Roster, PodsWithTheGateAreProvedWithoutAPolicy) {
  const Roster roster = MakeRoster({}, {Gated("server")}, {});
  ASSERT_EQ(roster.setups.size(), 1U);
  EXPECT_TRUE(roster.setups[0].policy.only_proves);
  EXPECT_THAT(roster.targets.at("shop/Deployment/server").policies, IsEmpty());
  WorkloadSeen plain = Gated("server");
  plain.gated = false;
  EXPECT_THAT(MakeRoster({}, {plain}, {}).setups, IsEmpty());
}

TEST(Roster, PodsOfNoWorkloadAreProvedTogether) {
  const Roster roster = MakeRoster({}, {}, {}, {"shop"});
  ASSERT_EQ(roster.setups.size(), 1U);
  EXPECT_TRUE(roster.setups[0].policy.only_proves);
  EXPECT_EQ(roster.targets.at("shop/Pods/gated").ref.kind, kLoosePods);
}

TEST(Roster, DryRunScalesNothing) {
  PolicySetup dry = For("a", "Deployment", "server");
  dry.policy.dry_run = true;
  const Roster roster = MakeRoster({dry}, {}, {});
  EXPECT_THAT(roster.targets.at("shop/Deployment/server").policies, IsEmpty());
}

TEST(Roster, OneDeclaredMinimumOfZeroLetsItSleep) {
  PolicySetup zero = For("a", "Deployment", "server");
  zero.policy.min_declared = true;
  const auto may_be_zero = [](const std::vector<PolicySetup>& setups) {
    return MakeRoster(setups, {}, {})
        .targets.at("shop/Deployment/server")
        .may_be_zero;
  };
  EXPECT_TRUE(may_be_zero({zero, For("b", "Deployment", "server")}));
  EXPECT_FALSE(may_be_zero({For("b", "Deployment", "server")}));
}

TEST(Roster, TargetsOfOtherWorldsAreRefusedByName) {
  const Roster roster =
      MakeRoster({For("a", "CloudRunService", "server")}, {}, {});
  EXPECT_THAT(roster.setups, IsEmpty());
  EXPECT_THAT(roster.refused.at("shop/a"),
              HasSubstr("spec.targetRef.kind: got CloudRunService"));
}

TEST(Roster, MarkWithoutAPolicyIsAnOrphan) {
  AutoscalerSeen marked = Scaler("scaler", "server");
  marked.mark = "{}";
  EXPECT_EQ(Orphans(MakeRoster({}, {}, {}), {marked}).size(), 1U);
  EXPECT_THAT(Orphans(MakeRoster({}, {}, {}), {Scaler("scaler", "server")}),
              IsEmpty());
  const Roster wanted =
      MakeRoster({For("a", "Deployment", "server")}, {}, {marked});
  EXPECT_THAT(Orphans(wanted, {marked}), IsEmpty());
}

}  // namespace
}  // namespace prewarm
