#include "warmup-controller/report/find.h"

#include <gtest/gtest.h>

#include "tests/unit/report/statuses.h"

namespace prewarm {
namespace {

TEST(Find, OfTargetsWithTheSameNameTheFirstCounts) {
  ControllerStatus status;
  AddTarget(ATarget("shop", "other"), &status);
  AddTarget(ATarget("shop", "server"), &status);
  TargetStatus autoscaler = ATarget("shop", "server");
  autoscaler.kind = "HorizontalPodAutoscaler";
  AddTarget(autoscaler, &status);
  EXPECT_EQ(FindTarget(status, "shop", "server"), status.targets[1]);
}

TEST(Find, NamespaceAndNameMustBothBeRight) {
  ControllerStatus status;
  AddPolicy(APolicy("shop", "hours"), &status);
  EXPECT_EQ(FindPolicy(status, "shop", "hours"), status.policies[0]);
  EXPECT_EQ(FindPolicy(status, "hours", "shop"), nullptr);
  EXPECT_EQ(FindPolicy(status, "", "hours"), nullptr);
  EXPECT_EQ(FindPolicy(status, "shop", "hour"), nullptr);
  EXPECT_EQ(FindTarget(status, "shop", "hours"), nullptr);
}

}  // namespace
}  // namespace prewarm
