#include "warmup-controller/operate/structure_watch.h"

#include <gtest/gtest.h>

namespace prewarm {
namespace {

AutoscalerSeen Autoscaler() {
  AutoscalerSeen seen;
  seen.id = {"shop", "server", "uid-1", "7"};
  seen.target_kind = "Deployment";
  seen.target_name = "server";
  return seen;
}

TEST(StructureOf, TellsWhoIsThereAndWhoseItIs) {
  WorkloadSeen workload;
  workload.id = {"shop", "server", "uid-1", "7"};
  const std::string before = StructureOf(&workload);
  workload.gated = true;
  EXPECT_NE(StructureOf(&workload), before);
  workload.gated = false;
  workload.deleting = true;
  EXPECT_NE(StructureOf(&workload), before);
  workload.deleting = false;
  workload.id.uid = "uid-2";
  EXPECT_NE(StructureOf(&workload), before);

  AutoscalerSeen autoscaler = Autoscaler();
  const std::string unmarked = StructureOf(&autoscaler);
  autoscaler.mark = "{}";
  EXPECT_NE(StructureOf(&autoscaler), unmarked);
  autoscaler = Autoscaler();
  autoscaler.target_name = "other";
  EXPECT_NE(StructureOf(&autoscaler), unmarked);
}

TEST(StructureOf, DoesNotTellWhatChangesAllTheTime) {
  WorkloadSeen workload;
  workload.id = {"shop", "server", "uid-1", "7"};
  const std::string before = StructureOf(&workload);
  workload.id.resource_version = "8";
  workload.replicas = 5;
  workload.replicas_ours = true;
  EXPECT_EQ(StructureOf(&workload), before);

  AutoscalerSeen autoscaler = Autoscaler();
  autoscaler.mark = "{}";
  const std::string marked = StructureOf(&autoscaler);
  autoscaler.id.resource_version = "8";
  autoscaler.min = 3;
  autoscaler.mark = R"({"floor":3})";
  EXPECT_EQ(StructureOf(&autoscaler), marked);
}

TEST(StructureWatch, TellsEachChangeOnce) {
  StructureWatch watch;
  EXPECT_FALSE(watch.Changes("a", "")) << "it was not there before";
  EXPECT_TRUE(watch.Changes("a", "one"));
  EXPECT_FALSE(watch.Changes("a", "one"));
  EXPECT_TRUE(watch.Changes("b", "one")) << "another object";
  EXPECT_TRUE(watch.Changes("a", "two"));
  EXPECT_TRUE(watch.Changes("a", ""));
  EXPECT_FALSE(watch.Changes("a", ""));
}

}  // namespace
}  // namespace prewarm
