#include "warmup-controller/report/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <thread>

#include "tests/unit/report/statuses.h"

namespace prewarm {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
const ObjectName kPolicy = {"shop", "hours"};
const ObjectName kTarget = {"shop", "server"};
const char kOfPolicy[] = "{namespace=\"shop\",policy=\"hours\"} ";
const char kOfTarget[] = "{namespace=\"shop\",target=\"server\"} ";

class ControllerMetricsTest : public testing::Test {
 protected:
  void Show(const PolicyStatus& policy) {
    ControllerStatus status;
    AddPolicy(policy, &status);
    AddTarget(ATarget("shop", "server"), &status);
    metrics_.Show(status);
  }
  void ExpectLine(const std::string& line) const {
    EXPECT_THAT(metrics_.Text(), HasSubstr("\nprewarm_" + line + "\n"));
  }

  ControllerMetrics metrics_;
  PolicyStatus policy_ = APolicy("shop", "hours");
};

TEST_F(ControllerMetricsTest, APolicyIsShownAsItIs) {
  policy_.desired = 3;
  policy_.current = 2;
  policy_.warm = 1;
  policy_.lead = seconds(61);
  Show(policy_);
  ExpectLine(std::string("policy_desired") + kOfPolicy + "3");
  ExpectLine(std::string("policy_current") + kOfPolicy + "2");
  ExpectLine(std::string("policy_warm") + kOfPolicy + "1");
  ExpectLine(std::string("lead_time_seconds") + kOfPolicy + "61");
  policy_.warm = 2;
  Show(policy_);
  ExpectLine(std::string("policy_warm") + kOfPolicy + "2");
}

TEST_F(ControllerMetricsTest, ADecisionIsCountedWhenItsCauseChanges) {
  const std::string minimum =
      "decisions_total{cause=\"minimum\",namespace=\"shop\",policy=\"hours\"} ";
  Show(policy_);
  policy_.desired = 1;
  Show(policy_);
  ExpectLine(minimum + "1");
  policy_.cause = "window";
  Show(policy_);
  ExpectLine(minimum + "1");
  ExpectLine(
      "decisions_total{cause=\"window\",namespace=\"shop\",policy=\"hours\"} "
      "1");
  // It was something else between two looks.
  policy_.cause_since += seconds(60);
  Show(policy_);
  ExpectLine(
      "decisions_total{cause=\"window\",namespace=\"shop\",policy=\"hours\"} "
      "2");
}

TEST_F(ControllerMetricsTest, InstanceTimeGoesOnOverTheEndOfADay) {
  const std::string line = std::string("instance_seconds_total") + kOfPolicy;
  policy_.instance_hours = 5;  // by the process before this one
  Show(policy_);
  ExpectLine(line + "0");
  policy_.instance_hours = 6.5;
  Show(policy_);
  ExpectLine(line + "5400");
  policy_.instance_hours = kNan;
  Show(policy_);
  ExpectLine(line + "5400");
  policy_.instance_hours = 0.5;
  Show(policy_);
  ExpectLine(line + "7200");
}

TEST_F(ControllerMetricsTest, AnOpeningIsObservedOnceItIsJudged) {
  Show(policy_);
  metrics_.OpeningJudged(kPolicy, {kThen, 1, kThen, seconds(45), false});
  metrics_.OpeningJudged(kPolicy, {kThen, 1, {}, seconds(-601), true});
  const std::string bucket =
      "window_punctuality_seconds_bucket{namespace=\"shop\",policy=\"hours\","
      "le=";
  ExpectLine(bucket + "\"-600\"} 1");
  ExpectLine(bucket + "\"30\"} 1");
  ExpectLine(bucket + "\"60\"} 2");
  ExpectLine(std::string("window_punctuality_seconds_sum") + kOfPolicy +
             "-556");
  ExpectLine(std::string("windows_missed_total") + kOfPolicy + "1");
}

TEST_F(ControllerMetricsTest, WarmUpsAreCountedByOutcome) {
  metrics_.WarmupDone(kTarget, "verified", 3);
  metrics_.WarmupDone(kTarget, "timeout", kNan);
  ExpectLine(
      "warmups_total{namespace=\"shop\",outcome=\"verified\",target="
      "\"server\"} 1");
  ExpectLine(
      "warmups_total{namespace=\"shop\",outcome=\"timeout\",target="
      "\"server\"} 1");
  ExpectLine(
      "warmup_seconds_sum{namespace=\"shop\",outcome=\"verified\",target="
      "\"server\"} 3");
  EXPECT_THAT(metrics_.Text(),
              Not(HasSubstr("warmup_seconds_sum{namespace=\"shop\",outcome="
                            "\"timeout\"")));
}

TEST_F(ControllerMetricsTest, TheLoopAndItsWritesAreCounted) {
  metrics_.Reconciled(0.25, true);
  metrics_.Reconciled(kNan, false);
  metrics_.Wrote(kTarget, true);
  metrics_.Wrote(kTarget, false);
  metrics_.SetWriteQueue(7);
  ExpectLine("reconcile_total{result=\"ok\"} 1");
  ExpectLine("reconcile_total{result=\"failed\"} 1");
  ExpectLine("reconcile_seconds_count 1");
  ExpectLine("reconcile_seconds_sum 0.25");
  ExpectLine(
      "writes_total{namespace=\"shop\",result=\"failed\",target=\"server\"} "
      "1");
  ExpectLine("write_queue_depth 7");
}

TEST_F(ControllerMetricsTest, TotalsOfIntentsMayBeginAnew) {
  Show(policy_);
  metrics_.Intents(kTarget, {4, 10, 3, 2, 1});
  metrics_.Intents(kTarget, {3, 12, 3, 2, 1});
  ExpectLine(std::string("intent_visitors") + kOfTarget + "3");
  ExpectLine(std::string("intents_opened_total") + kOfTarget + "12");
  ExpectLine(std::string("intents_converted_total") + kOfTarget + "3");
  ExpectLine(std::string("intents_wasted_total") + kOfTarget + "2");
  ExpectLine(std::string("intents_refused_total") + kOfTarget + "1");
  metrics_.Intents(kTarget, {1, 1, 0, 0, 0});
  ExpectLine(std::string("intents_opened_total") + kOfTarget + "13");
}

TEST_F(ControllerMetricsTest, WhatIsGoneHasNoSeriesAnyMore) {
  Show(policy_);
  metrics_.OpeningJudged(kPolicy, {kThen, 1, kThen, seconds(45), true});
  metrics_.WarmupDone(kTarget, "verified", 3);
  metrics_.Wrote(kTarget, true);
  metrics_.Intents(kTarget, {4, 10, 3, 2, 1});
  metrics_.Show(ControllerStatus());
  EXPECT_THAT(metrics_.Text(), Not(HasSubstr("shop")));
  // Who comes too late does not bring them back for ever.
  metrics_.WarmupDone(kTarget, "verified", 3);
  metrics_.OpeningJudged(kPolicy, {kThen, 1, kThen, seconds(45), true});
  metrics_.Show(ControllerStatus());
  EXPECT_THAT(metrics_.Text(), Not(HasSubstr("shop")));
}

TEST_F(ControllerMetricsTest, WhoComesBackCountsFromZero) {
  Show(policy_);
  metrics_.Intents(kTarget, {4, 10, 3, 2, 1});
  metrics_.Show(ControllerStatus());
  Show(policy_);
  metrics_.Intents(kTarget, {1, 2, 0, 0, 0});
  ExpectLine(std::string("intents_opened_total") + kOfTarget + "2");
}

TEST_F(ControllerMetricsTest, OthersKeepTheirSeries) {
  ControllerStatus both;
  AddPolicy(APolicy("shop", "hours"), &both);
  AddPolicy(APolicy("shop", "nights"), &both);
  metrics_.Show(both);
  Show(policy_);
  ExpectLine(std::string("policy_warm") + kOfPolicy + "0");
  EXPECT_THAT(metrics_.Text(), Not(HasSubstr("nights")));
}

TEST_F(ControllerMetricsTest, TheProgramSaysWhoItIs) {
  ExpectLine("build_info{version=\"" PREWARM_VERSION "\"} 1");
}

TEST_F(ControllerMetricsTest, MayBeReadWhileItChanges) {
  std::thread writer([this] {
    for (int i = 0; i < 200; ++i) {
      policy_.warm = i;
      if (i % 2 == 0) Show(policy_);
      if (i % 2 == 1) metrics_.Show(ControllerStatus());
      metrics_.WarmupDone(kTarget, "verified", 1);
      metrics_.Reconciled(1, true);
    }
  });
  for (int i = 0; i < 50; ++i) {
    EXPECT_THAT(metrics_.Text(), HasSubstr("prewarm_build_info"));
  }
  writer.join();
  ExpectLine("reconcile_total{result=\"ok\"} 200");
}

}  // namespace
}  // namespace prewarm
