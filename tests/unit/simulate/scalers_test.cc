// What each scaler does to the same traffic.
#include <gtest/gtest.h>

#include "tests/unit/schedule/plan.h"
#include "tests/unit/simulate/poisson.h"
#include "warmup-controller/simulate/cron_scaler.h"
#include "warmup-controller/simulate/fixed_scaler.h"
#include "warmup-controller/simulate/fleet.h"
#include "warmup-controller/simulate/histogram_scaler.h"
#include "warmup-controller/simulate/oracle.h"
#include "warmup-controller/simulate/policy_scaler.h"
#include "warmup-controller/simulate/scenario.h"

namespace prewarm {
namespace {

const Moment kMonday = MomentOf(Utc(2026, 3, 2));
const std::vector<IntentStep> kNobody;

class ScalersTest : public testing::Test {
 protected:
  ScalersTest() {
    policy_ = PolicyOf("UTC", {Daily("1111111", 540, 1080, 2)});
    policy_.max_replicas = 10;
    policy_.lead_time.min = std::chrono::seconds(1);
  }
  static Moment At(Moment day, Moment hour, Moment minute, Moment second = 0) {
    return kMonday + (24 * day + hour) * kHour + minute * kMinute +
           second * kSecond;
  }
  FleetResult Run(const std::vector<Moment>& arrivals, Scaler* scaler,
                  int days) const {
    return Simulate(options_, arrivals, kMonday, At(days, 0, 0), scaler);
  }

  Policy policy_;
  FleetOptions options_;
};

TEST_F(ScalersTest, PolicyIsWarmWhenTheWindowOpensAndCronIsNot) {
  const Schedule schedule(policy_);
  PolicyScaler policy(policy_, schedule, kMinute, kNobody);
  const std::vector<Moment> at_nine = {At(0, 9, 0, 1)};
  EXPECT_EQ(Run(at_nine, &policy, 1).cold_requests, 0);
  CronScaler cron(
      DemandOver(policy_, schedule, InstantOf(kMonday), InstantOf(At(1, 0, 0))),
      5 * kMinute);
  const FleetResult late = Run(at_nine, &cron, 1);
  EXPECT_EQ(late.cold_requests, 1);
  EXPECT_FLOAT_EQ(late.waits[0], 59);
  // Nine hours of two, and five minutes.
  EXPECT_NEAR(late.instance_seconds, 2 * 9 * 3600, 1);
}

TEST_F(ScalersTest, PolicyLearnsHowLongStartsTake) {
  options_.cold_start = DurationModel::Lognormal(8, 0.05);
  policy_.scale_down.delay = std::chrono::seconds(0);
  const Schedule schedule(policy_);
  PolicyScaler policy(policy_, schedule, 0, kNobody);
  const FleetResult result = Run({}, &policy, 40);
  EXPECT_EQ(policy.punctuality().openings, 40);
  EXPECT_EQ(policy.punctuality().punctual, 40);
  // Of the first day: the prior's careful lead; of the last: little more than
  // it takes.
  const auto lead = [&](int day) {
    for (const auto& count : result.counts) {
      if (count.at >= At(day, 0, 0) && count.instances == 2) {
        return static_cast<double>(At(day, 9, 0) - count.at) / kSecond;
      }
    }
    return -1.0;
  };
  EXPECT_GT(lead(0), 120);
  EXPECT_LT(lead(39), 16);
  EXPECT_GT(lead(39), 8);
}

TEST_F(ScalersTest, TooShortALeadIsLateAndSaysSo) {
  policy_.lead_time.mode = LeadTime::Mode::kFixed;
  policy_.lead_time.fixed = std::chrono::seconds(30);
  const Schedule schedule(policy_);
  PolicyScaler policy(policy_, schedule, 0, kNobody);
  Run({}, &policy, 5);
  EXPECT_EQ(policy.punctuality().openings, 5);
  EXPECT_EQ(policy.punctuality().punctual, 0);
}

TEST_F(ScalersTest, BudgetOfTheDayIsKept) {
  policy_.instance_hours_per_day = 5;
  const Schedule schedule(policy_);
  PolicyScaler policy(policy_, schedule, 0, kNobody);
  const FleetResult result = Run({}, &policy, 3);
  EXPECT_LE(result.instance_seconds, 3 * 5 * 3600.0);
  EXPECT_GT(result.instance_seconds, 3 * 4.9 * 3600.0);
}

// Every 90 minutes: the histogram learns to be there just before.
TEST_F(ScalersTest, HistogramLearnsARegularGap) {
  std::vector<Moment> arrivals;
  arrivals.reserve(99);
  for (Moment i = 1; i < 100; ++i) {
    arrivals.push_back(kMonday + 90 * i * kMinute);
  }
  HistogramScaler histogram;
  const FleetResult result = Run(arrivals, &histogram, 7);
  EXPECT_LE(result.cold_requests, 3);
  FixedScaler keep(0, 15 * kMinute);
  const FleetResult kept = Run(arrivals, &keep, 7);
  EXPECT_EQ(kept.cold_requests, 99);
  EXPECT_LT(result.instance_seconds, 1.2 * kept.instance_seconds + 4 * 3600);
}

TEST_F(ScalersTest, HistogramKeepsItsRangeUntilItKnows) {
  HistogramScaler histogram;
  const FleetResult result = Run({At(0, 1, 0)}, &histogram, 1);
  // The cold start, the request, and four hours.
  EXPECT_NEAR(result.instance_seconds, 61 + 4 * 3600, 1);
}

TEST_F(ScalersTest, OracleIsNeverColdAndNeverDearer) {
  const auto arrivals = PoissonArrivals(At(0, 0, 10), At(6, 0, 0), 300, 5);
  const Schedule schedule(policy_);
  ScenarioOptions options;
  options.fleet = options_;
  const auto scenarios =
      RunScenarios(policy_, schedule, options, arrivals, kMonday, At(7, 0, 0));
  ASSERT_EQ(scenarios.size(), 8U);
  const Scenario& oracle = scenarios.back();
  EXPECT_EQ(oracle.name, "oracle");
  EXPECT_EQ(oracle.cold_requests, 0);
  EXPECT_EQ(oracle.wait_seconds.max, 0);
  for (const Scenario& scenario : scenarios) {
    EXPECT_EQ(scenario.requests, static_cast<std::int64_t>(arrivals.size()));
    EXPECT_GE(scenario.instance_hours, oracle.instance_hours) << scenario.name;
  }
  EXPECT_EQ(scenarios[1].name, "always_on");
  EXPECT_NEAR(scenarios[1].instance_hours, 7 * 24, 3);
}

TEST_F(ScalersTest, OracleStartsTheColdStartBefore) {
  const FleetResult oracle = SimulateOracle(
      options_, {At(0, 1, 0), At(0, 1, 1), At(0, 3, 0)}, kMonday, At(1, 0, 0));
  // 60 to start, 61 with the gap that is not worth a stop, and once more.
  EXPECT_NEAR(oracle.instance_seconds, 60 + 61 + 60 + 1, 0.01);
  EXPECT_EQ(oracle.starts, 2);
}

TEST_F(ScalersTest, OracleWaitsWhereAllInstancesAreAtWork) {
  options_.max_instances = 1;
  options_.service = DurationModel::Constant(10);
  const FleetResult oracle =
      SimulateOracle(options_, {At(0, 1, 0), At(0, 1, 0, 4), At(0, 3, 0)},
                     kMonday, At(1, 0, 0));
  EXPECT_EQ(oracle.cold_requests, 0);
  ASSERT_EQ(oracle.waits.size(), 1U);
  EXPECT_FLOAT_EQ(oracle.waits[0], 6);
}

TEST_F(ScalersTest, AlwaysOnAndOpenWindowsAreWarmWhenTheReplayBegins) {
  const Schedule schedule(policy_);
  ScenarioOptions options;
  options.fleet = options_;
  const Moment noon = At(0, 12, 0);
  const auto scenarios =
      RunScenarios(policy_, schedule, options, {noon, noon + kSecond / 2}, noon,
                   At(1, 20, 0));
  EXPECT_EQ(scenarios[0].name, "policy");
  EXPECT_EQ(scenarios[0].wait_seconds.max, 0);
  // That of the next morning; what was open before nobody saw.
  EXPECT_EQ(scenarios[0].punctuality->openings, 1);
  EXPECT_EQ(scenarios[0].punctuality->punctual, 1);
  EXPECT_EQ(scenarios[1].name, "always_on");
  EXPECT_EQ(scenarios[1].cold_requests, 0);
}

TEST_F(ScalersTest, OpeningsAreThoseOfTheReplay) {
  const Schedule schedule(policy_);
  ScenarioOptions options;
  options.fleet = options_;
  options.fleet.max_instances = 1;
  options.fleet.service = DurationModel::Constant(60 * 3600);
  // Served until long after the end.
  const auto scenarios = RunScenarios(
      policy_, schedule, options, {At(0, 10, 0), At(0, 10, 1), At(0, 10, 2)},
      kMonday, At(2, 0, 0));
  EXPECT_EQ(scenarios[0].punctuality->openings, 2);
}

// Nobody saw how long those took that were warm at the beginning.
TEST_F(ScalersTest, LeadIsNotLearnedFromWhatWasWarmBefore) {
  const Schedule schedule(policy_);
  const auto lead = [&](Moment begin) {
    PolicyScaler scaler(policy_, schedule, 0, kNobody);
    const FleetResult result =
        Simulate(options_, {}, begin, At(1, 12, 0), &scaler);
    for (const auto& count : result.counts) {
      if (count.at >= At(1, 0, 0) && count.instances == 2) {
        return At(1, 9, 0) - count.at;
      }
    }
    return Moment{-1};
  };
  EXPECT_EQ(lead(At(0, 12, 0)), lead(At(0, 19, 0)));
}

TEST(WaitQuantiles, AreNearestRanksOfAllRequests) {
  const WaitQuantiles waits = QuantilesOf({4, 1, 3, 2}, 100);
  EXPECT_EQ(waits.p50, 0);
  EXPECT_EQ(waits.p95, 0);
  EXPECT_EQ(waits.p99, 3);
  EXPECT_EQ(waits.max, 4);
  EXPECT_EQ(QuantilesOf({}, 0).max, 0);
  EXPECT_EQ(QuantilesOf({}, 5).max, 0);
}

TEST(DurationModel, ReadsWhatAPersonWrites) {
  std::mt19937_64 random(1);
  EXPECT_EQ(DurationModel::Parse("2s")->Draw(&random), 2 * kSecond);
  EXPECT_EQ(DurationModel::Parse("1m30s~0.4")->median_seconds(), 90);
  const auto measured = *DurationModel::Parse("9s,8s,14s");
  EXPECT_EQ(measured.median_seconds(), 9);
  for (int i = 0; i < 20; ++i) {
    const Moment drawn = measured.Draw(&random) / kSecond;
    EXPECT_TRUE(drawn == 8 || drawn == 9 || drawn == 14);
  }
  const auto lines = *DurationModel::ParseLines("9s\r\n\n8.25\n1m\n");
  EXPECT_EQ(lines.median_seconds(), 9);
  for (const char* wrong : {"", "\n", "9s\nsoon\n", "9s\n-1\n", "9s\nnan\n",
                            "9s\n25h\n", "9s\n8s,7s\n"}) {
    const auto model = DurationModel::ParseLines(wrong);
    ASSERT_FALSE(model.ok()) << wrong;
    EXPECT_TRUE(wrong[0] != '9' ||
                model.error().message.rfind("line 2: got", 0) == 0)
        << model.error().message;
  }
  for (const char* wrong : {"", "2", "-2s", "2s~", "2s~x", "2s~9", "2s~-1",
                            "2s,", "25h", "2s~nan"}) {
    EXPECT_FALSE(DurationModel::Parse(wrong).ok()) << wrong;
  }
}

}  // namespace
}  // namespace prewarm
