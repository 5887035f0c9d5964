#include "warmup-controller/cloudrun/service_machine.h"

#include <gtest/gtest.h>

#include "tests/unit/cloudrun/run_world.h"

namespace prewarm::cloudrun {
namespace {

using What = ServiceDue::What;
using std::chrono::seconds;

class ServiceMachineTest : public testing::Test {
 protected:
  RunWorld world_;
};

TEST_F(ServiceMachineTest, FloorIsWrittenOnceWithItsMark) {
  world_.service_.annotations["a"] = "b";
  world_.Want(3);
  ASSERT_EQ(world_.patches_.size(), 1U);
  const ServicePatch& patch = world_.patches_[0];
  EXPECT_EQ(MaskOf(patch), "scaling.minInstanceCount,annotations");
  EXPECT_EQ(patch.etag, "1");
  EXPECT_EQ(patch.annotations->at("a"), "b");
  EXPECT_EQ(world_.service_.mark->baseline, 0);
  EXPECT_TRUE(world_.machine_.IsSettled());
  EXPECT_EQ(world_.machine_.places(), 3);
  world_.Pass(seconds(20));
  EXPECT_EQ(world_.patches_.size(), 1U);
  const auto writes = world_.machine_.TakeWrites();
  ASSERT_EQ(writes.size(), 1U);
  EXPECT_EQ(writes[0].reason, "FloorRaised");
  EXPECT_EQ(writes[0].message,
            std::string("minInstanceCount of ") + kServiceName + ": 0 -> 3");
}

TEST_F(ServiceMachineTest, FloorOfNothingLeavesNothingBehind) {
  world_.service_.min = 1;
  world_.service_.annotations["a"] = "b";
  world_.Want(3);
  world_.Want(0);
  EXPECT_EQ(world_.service_.min, 1);
  EXPECT_EQ(world_.service_.annotations.size(), 1U);
  EXPECT_EQ(world_.machine_.places(), 0);
}

TEST_F(ServiceMachineTest, WhatNobodyAskedForIsLeftAlone) {
  world_.service_.min = 2;
  world_.Settle();
  world_.Want(0);
  world_.Want(1);
  EXPECT_TRUE(world_.patches_.empty());
  // Of what is there, as many as are asked for.
  EXPECT_EQ(world_.machine_.places(), 1);
}

TEST_F(ServiceMachineTest, ServiceIsLookedAtNowAndThen) {
  world_.Settle();
  EXPECT_EQ(world_.CountOf(What::kGet), 1);
  world_.Pass(seconds(14));
  EXPECT_EQ(world_.CountOf(What::kGet), 1);
  world_.Pass(seconds(1));
  EXPECT_EQ(world_.CountOf(What::kGet), 2);
}

TEST_F(ServiceMachineTest, OneCallIsOnItsWayAtATime) {
  EXPECT_EQ(world_.machine_.Take(world_.now_).what, What::kGet);
  EXPECT_EQ(world_.machine_.Take(world_.now_).what, What::kNothing);
}

TEST_F(ServiceMachineTest, SomebodysNumberIsTheNewBaseline) {
  world_.Want(2);
  world_.Somebody(5);
  world_.Pass(seconds(15));
  EXPECT_EQ(world_.service_.min, 5);
  EXPECT_EQ(world_.service_.mark.has_value(), false);
  world_.Want(0);
  EXPECT_EQ(world_.service_.min, 5);
}

TEST_F(ServiceMachineTest, WhoLowersItIsOverruledOnce) {
  world_.Want(3);
  world_.Somebody(1);
  world_.Pass(seconds(15));
  EXPECT_EQ(world_.service_.min, 3);
  world_.Somebody(1);
  world_.Pass(seconds(15));
  EXPECT_EQ(world_.service_.min, 1);
  ASSERT_EQ(world_.machine_.notes().size(), 1U);
  EXPECT_EQ(world_.machine_.notes()[0].condition, "Conflict");
  EXPECT_EQ(world_.machine_.places(), 1);
}

TEST_F(ServiceMachineTest, WhoReplacesTheWholeServiceIsNotFoughtWithEither) {
  world_.Want(3);
  const auto replace = [this] {
    // As `gcloud run services replace` does by a file that knows no mark.
    world_.service_.annotations.clear();
    world_.service_.mark.reset();
    world_.Somebody(1);
    world_.Pass(seconds(15));
  };
  replace();
  EXPECT_EQ(world_.service_.min, 3);
  const std::size_t patches = world_.patches_.size();
  for (int i = 0; i < 5; ++i) replace();
  EXPECT_EQ(world_.service_.min, 1);
  EXPECT_LE(world_.patches_.size(), patches + 1);
}

TEST_F(ServiceMachineTest, FloorIsCappedByTheMaximum) {
  world_.service_.max = 2;
  world_.Want(5);
  EXPECT_EQ(world_.service_.min, 2);
  ASSERT_EQ(world_.machine_.notes().size(), 1U);
  EXPECT_EQ(world_.machine_.notes()[0].condition, "FloorCapped");
}

TEST_F(ServiceMachineTest, ManualOrDeletedServiceIsRefused) {
  world_.service_.manual = true;
  world_.Want(2);
  EXPECT_NE(world_.machine_.trouble().find("MANUAL"), std::string::npos);
  EXPECT_EQ(world_.machine_.places(), 0);
  world_.service_.manual = false;
  world_.service_.deleted = true;
  world_.Pass(seconds(15));
  EXPECT_NE(world_.machine_.trouble().find("deleted"), std::string::npos);
  EXPECT_TRUE(world_.patches_.empty());
}

TEST_F(ServiceMachineTest, ReleaseGivesBackAndForgets) {
  world_.service_.min = 1;
  world_.Want(3);
  world_.machine_.wish()->released = true;
  world_.Settle();
  EXPECT_EQ(world_.service_.min, 1);
  EXPECT_FALSE(world_.service_.mark.has_value());
  EXPECT_TRUE(world_.machine_.IsSettled());
  const auto writes = world_.machine_.TakeWrites();
  EXPECT_EQ(writes.back().reason, "FloorRestored");
}

TEST_F(ServiceMachineTest, ReleaseLeavesAnotherControllersMark) {
  world_.service_.min = 3;
  world_.service_.mark = FloorMark{1, 3, 3, false, {"b/others"}};
  world_.machine_.wish()->released = true;
  world_.Settle();
  EXPECT_TRUE(world_.patches_.empty());
  EXPECT_TRUE(world_.machine_.IsSettled());
}

TEST_F(ServiceMachineTest, ReleaseOfAServiceThatIsGoneIsDone) {
  world_.get_fails_ = MakeError(ErrorCode::kNotFound, "there is none");
  world_.machine_.wish()->released = true;
  world_.Settle();
  EXPECT_TRUE(world_.machine_.IsSettled());
}

TEST_F(ServiceMachineTest, RehearsalValidatesOnceForTheSame) {
  world_.machine_.wish()->rehearsed = 3;
  world_.Settle();
  world_.Pass(seconds(30));
  ASSERT_EQ(world_.patches_.size(), 1U);
  EXPECT_TRUE(world_.patches_[0].validate_only);
  EXPECT_EQ(world_.service_.min, 0);
  EXPECT_EQ(world_.machine_.places(), 0);
  const auto news = world_.machine_.TakeNews();
  ASSERT_EQ(news.size(), 1U);
  EXPECT_NE(news[0].find("0 -> 3"), std::string::npos);
  world_.machine_.wish()->rehearsed = 4;
  world_.Settle();
  EXPECT_EQ(world_.patches_.size(), 2U);
}

TEST_F(ServiceMachineTest, RehearsalThatIsRefusedIsTrouble) {
  world_.patch_fails_ = MakeError(ErrorCode::kForbidden, "may not");
  world_.machine_.wish()->rehearsed = 3;
  world_.Settle();
  EXPECT_EQ(world_.machine_.trouble(), "may not");
}

TEST_F(ServiceMachineTest, LookingAnewAsksBeforeItDecides) {
  world_.Want(2);
  world_.Somebody(4);
  world_.machine_.LookAnew();
  EXPECT_FALSE(world_.machine_.IsSettled());
  world_.Settle();
  EXPECT_EQ(world_.service_.min, 4);
  EXPECT_TRUE(world_.machine_.IsSettled());
}

TEST_F(ServiceMachineTest, WhatIsWrongWithAServiceIsNoted) {
  world_.service_.startup_probe_path = "/healthz";
  world_.service_.cpu_idle = true;
  world_.service_.split = true;
  world_.service_.failure = "it is not ready: x";
  world_.Want(1);
  std::vector<std::string> conditions;
  for (const TargetNote& note : world_.machine_.notes()) {
    conditions.push_back(note.condition);
  }
  EXPECT_EQ(conditions,
            (std::vector<std::string>{"GateMissing", "CpuThrottled",
                                      "TrafficSplit", "ServiceNotReady"}));
}

}  // namespace
}  // namespace prewarm::cloudrun
