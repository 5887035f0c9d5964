#include "warmup-controller/operate/roster.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "warmup-controller/floor/floor_mark.h"

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

std::vector<std::string> Lost(const Roster& roster, const AutoscalerSeen& one) {
  std::vector<std::string> names;
  for (const AutoscalerSeen& lost : LostMarks(roster, {one})) {
    names.push_back(lost.id.name);
  }
  return names;
}

TEST(Roster, MarkThatNoPolicyKeepsIsLost) {
  AutoscalerSeen marked = Scaler("scaler", "server");
  marked.mark = "{}";
  EXPECT_THAT(Lost(MakeRoster({}, {}, {}), marked), ElementsAre("scaler"));
  EXPECT_THAT(Lost(MakeRoster({}, {Gated("server")}, {}), marked),
              ElementsAre("scaler"));
  EXPECT_THAT(Lost(MakeRoster({}, {}, {}), Scaler("scaler", "server")),
              IsEmpty());
  const Roster wanted =
      MakeRoster({For("a", "Deployment", "server")}, {}, {marked});
  EXPECT_THAT(Lost(wanted, marked), IsEmpty());
}

TEST(Roster, MarkIsLostWhateverIsScaledAndNotIfItIsACopy) {
  AutoscalerSeen marked = Scaler("scaler", "server");
  marked.mark = "{}";
  marked.target_kind = "Rollout";
  EXPECT_THAT(Lost(MakeRoster({}, {}, {}), marked), ElementsAre("scaler"));
  marked.owner = OwnerSeen{kScaledObject, "server", "uid", false};
  EXPECT_THAT(Lost(MakeRoster({}, {}, {}), marked), IsEmpty());
}

TEST(Roster, MarkOfAPolicyThatCantBeUsedNowIsKept) {
  AutoscalerSeen marked = Scaler("scaler", "server");
  marked.mark = MarkText({1, 3, 3, false, {"shop/a", "shop/b"}});
  EXPECT_THAT(Lost(MakeRoster({}, {}, {}, {}, {"shop/b"}), marked), IsEmpty());
  EXPECT_THAT(Lost(MakeRoster({}, {}, {}, {}, {"shop/c"}), marked),
              ElementsAre("scaler"));
  // Its target is of another world.
  EXPECT_THAT(
      Lost(MakeRoster({For("a", "LocalProcess", "server")}, {}, {}), marked),
      IsEmpty());
}

}  // namespace
}  // namespace prewarm
