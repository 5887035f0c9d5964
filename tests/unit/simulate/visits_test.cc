#include "warmup-controller/simulate/visits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/schedule/plan.h"
#include "tests/unit/simulate/poisson.h"
#include "warmup-controller/simulate/policy_scaler.h"
#include "warmup-controller/simulate/scenario.h"

namespace prewarm {
namespace {

constexpr Moment kDay = Moment{24} * 60 * kMinute;
const Moment kDawn = MomentOf(Utc(2026, 3, 2));

VisitModel Model(double conversion) {
  VisitModel model;
  model.think = DurationModel::Constant(40);
  model.conversion = conversion;
  return model;
}

TEST(Visits, PageIsOpenFromTheThoughtToTheAnswer) {
  const auto steps = IntentsOf({1000 * kSecond}, Model(1), {});
  ASSERT_EQ(steps.size(), 2U);
  EXPECT_EQ(steps[0].at, 960 * kSecond);
  EXPECT_EQ(steps[0].instances, 1);
  EXPECT_EQ(steps[1].at, 1005 * kSecond);
  EXPECT_EQ(steps[1].instances, 0);
}

TEST(Visits, HeartbeatsCountNoLongerThanThePolicyAllows) {
  VisitModel model = Model(1);
  model.at_most = 25 * kSecond;
  const auto steps = IntentsOf({1000 * kSecond}, model, {});
  ASSERT_EQ(steps.size(), 2U);
  EXPECT_EQ(steps[0].at, 960 * kSecond);
  EXPECT_EQ(steps[1].at, 985 * kSecond);
}

TEST(Visits, WithoutHeartbeatsItCountsForItsTimeToLive) {
  VisitModel model = Model(1);
  model.time_to_live = 30 * kSecond;
  const auto steps = IntentsOf({1000 * kSecond}, model, {});
  ASSERT_EQ(steps.size(), 2U);
  EXPECT_EQ(steps[1].at, 990 * kSecond);
}

TEST(Visits, WhoLeavesWithoutAnUploadIsCountedAsWell) {
  std::vector<Moment> uploads;
  uploads.reserve(2000);
  for (Moment i = 1; i <= 2000; ++i) uploads.push_back(100 * i * kMinute);
  const auto converting = IntentsOf(uploads, Model(1), {});
  const auto all = IntentsOf(uploads, Model(0.25), {});
  // Three of four leave; some overlap with others.
  EXPECT_EQ(converting.size(), 4000U);
  EXPECT_GT(all.size(), 2.2 * 4000);
  EXPECT_LT(all.size(), 4.0 * 4000);
  EXPECT_EQ(all.back().instances, 0);
}

class VisitedPolicy : public testing::Test {
 protected:
  VisitedPolicy() {
    policy_ = PolicyOf("UTC", {});
    policy_.max_replicas = 10;
    policy_.intent.enabled = true;
    policy_.intent.max_replicas = 2;
    policy_.intent.daily_instance_hours = 24;
    arrivals_ =
        PoissonArrivals(kDawn + 15 * kMinute, kDawn + 13 * kDay, 1800, 8);
    options_.fleet.cold_start = DurationModel::Constant(2);
    options_.idle_timeout = 30 * kSecond;
  }
  std::vector<Scenario> Run() {
    return RunScenarios(policy_, Schedule(policy_), options_, arrivals_, kDawn,
                        kDawn + 14 * kDay);
  }

  Policy policy_;
  ScenarioOptions options_;
  std::vector<Moment> arrivals_;
};

// What the product is for: nobody waits, at a fraction of always-on.
TEST_F(VisitedPolicy, IntentsWarmInTimeAtAFractionOfTheHours) {
  const auto scenarios = Run();
  EXPECT_EQ(scenarios[0].name, "policy");
  EXPECT_EQ(scenarios[1].name, "always_on");
  EXPECT_LT(scenarios[0].cold_requests, scenarios[0].requests / 100);
  EXPECT_LT(scenarios[0].instance_hours, 0.2 * scenarios[1].instance_hours);
}

TEST_F(VisitedPolicy, RestartThatIsSlowerThanVisitorsThinkIsLate) {
  options_.fleet.cold_start = DurationModel::Constant(120);
  const auto scenarios = Run();
  EXPECT_GT(scenarios[0].cold_requests, scenarios[0].requests / 2);
  EXPECT_LT(scenarios[0].wait_seconds.p95, 120);
}

TEST_F(VisitedPolicy, HoursForIntentsAreKeptEachDay) {
  policy_.intent.daily_instance_hours = 0.1;
  options_.idle_timeout = 0;
  const auto little = Run();
  policy_.intent.daily_instance_hours = 24;
  const auto much = Run();
  EXPECT_LT(little[0].instance_hours, 0.7 * much[0].instance_hours);
  EXPECT_GT(little[0].cold_requests, 10 * (much[0].cold_requests + 1));
}

TEST_F(VisitedPolicy, WithWindowsEachHalfIsShownAlone) {
  policy_.windows = {Daily("1111111", 540, 1080)};
  const auto scenarios = Run();
  ASSERT_EQ(scenarios.size(), 10U);
  EXPECT_EQ(scenarios[1].name, "schedule_only");
  EXPECT_EQ(scenarios[2].name, "intent_only");
  EXPECT_LE(scenarios[0].cold_requests, scenarios[1].cold_requests);
  EXPECT_GE(scenarios[0].instance_hours, scenarios[2].instance_hours);
  EXPECT_TRUE(scenarios[1].punctuality);
  EXPECT_FALSE(scenarios[2].punctuality);
}

}  // namespace
}  // namespace prewarm
