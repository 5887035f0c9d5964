#include "warmup-controller/simulate/fleet.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "warmup-controller/simulate/fixed_scaler.h"

namespace prewarm {
namespace {

constexpr Moment kEnd = 60 * kMinute;

// Service 1 s, cold start 60 s, one request at a time.
class FleetTest : public testing::Test {
 protected:
  FleetResult Run(const std::vector<double>& arrivals_seconds, Scaler* scaler) {
    std::vector<Moment> arrivals;
    arrivals.reserve(arrivals_seconds.size());
    for (const double at : arrivals_seconds) {
      arrivals.push_back(std::llround(at * kSecond));
    }
    return Simulate(options_, arrivals, 0, kEnd, scaler);
  }

  FleetOptions options_;
  FixedScaler five_minutes_{0, 5 * kMinute};
};

TEST_F(FleetTest, FirstRequestWaitsForTheColdStartAndTheNextOneForNothing) {
  const FleetResult result = Run({100, 200}, &five_minutes_);
  EXPECT_EQ(result.requests, 2);
  EXPECT_EQ(result.cold_requests, 1);
  ASSERT_EQ(result.waits.size(), 1U);
  EXPECT_FLOAT_EQ(result.waits[0], 60);
  // From the start at 100 until five minutes after 201.
  EXPECT_NEAR(result.instance_seconds, 401, 1e-6);
  EXPECT_EQ(result.starts, 1);
}

TEST_F(FleetTest, IdleInstanceGoesAfterTheTimeoutNotBefore) {
  EXPECT_EQ(Run({100, 160 + 1 + 299}, &five_minutes_).starts, 1);
  EXPECT_EQ(Run({100, 160 + 1 + 301}, &five_minutes_).starts, 2);
}

TEST_F(FleetTest, InstancesAreCountedWhileTheyStart) {
  options_.cold_start = DurationModel::Constant(10);
  FixedScaler none(0, 0);
  EXPECT_NEAR(Run({100}, &none).instance_seconds, 11, 1e-6);
  options_.stopping = 30 * kSecond;
  EXPECT_NEAR(Run({100}, &none).instance_seconds, 41, 1e-6);
}

TEST_F(FleetTest, FloorIsThereFromTheBeginningToTheEnd) {
  FixedScaler two(2, 0);
  const FleetResult result = Run({100, 100.5, 2000}, &two);
  EXPECT_EQ(result.cold_requests, 0);
  EXPECT_TRUE(result.waits.empty());
  EXPECT_EQ(result.starts, 2);
  EXPECT_NEAR(result.instance_seconds, 2 * 3600, 1e-6);
}

TEST_F(FleetTest, FloorOfTheBeginningIsWarmByThen) {
  FixedScaler one(1, kMinute);
  const FleetResult result = Run({0, 0.5, 2}, &one);
  // The one beside it that 0.5 asks for is cold, and takes its time.
  EXPECT_EQ(result.cold_requests, 0);
  ASSERT_EQ(result.waits.size(), 1U);
  EXPECT_FLOAT_EQ(result.waits[0], 0.5);
  EXPECT_EQ(result.starts, 2);
  // Until the first one has been idle for a minute.
  EXPECT_NEAR(result.instance_seconds, 3600 + (63 - 0.5), 1e-3);
}

TEST_F(FleetTest, WhatWaitsIsServedInItsOrder) {
  options_.max_instances = 1;
  const FleetResult result = Run({0, 0.25, 0.5}, &five_minutes_);
  ASSERT_EQ(result.waits.size(), 3U);
  EXPECT_FLOAT_EQ(result.waits[0], 60);
  EXPECT_FLOAT_EQ(result.waits[1], 60.75);
  EXPECT_FLOAT_EQ(result.waits[2], 61.5);
  EXPECT_EQ(result.cold_requests, 3);
}

TEST_F(FleetTest, InstanceIsStartedForWhatThoseThatStartCannotTake) {
  EXPECT_EQ(Run({0, 0.25, 0.5}, &five_minutes_).starts, 3);
  options_.concurrency = 2;
  EXPECT_EQ(Run({0, 0.25, 0.5}, &five_minutes_).starts, 2);
  options_.concurrency = 3;
  const FleetResult result = Run({0, 0.25, 0.5}, &five_minutes_);
  EXPECT_EQ(result.starts, 1);
  EXPECT_FLOAT_EQ(result.waits[2], 59.5);
}

TEST_F(FleetTest, WaitForABusyWarmInstanceIsNotCold) {
  options_.max_instances = 1;
  FixedScaler one(1, 0);
  const FleetResult result = Run({100, 100.25}, &one);
  EXPECT_EQ(result.cold_requests, 0);
  ASSERT_EQ(result.waits.size(), 1U);
  EXPECT_FLOAT_EQ(result.waits[0], 0.75);
}

TEST_F(FleetTest, CountsTellHowManyExistAndAreWarmWhen) {
  const FleetResult result = Run({100}, &five_minutes_);
  ASSERT_EQ(result.counts.size(), 4U);
  EXPECT_EQ(result.counts[0].instances, 0);
  EXPECT_EQ(result.counts[1].at, 100 * kSecond);
  EXPECT_EQ(result.counts[1].instances, 1);
  EXPECT_EQ(result.counts[1].warm, 0);
  EXPECT_EQ(result.counts[2].at, 160 * kSecond);
  EXPECT_EQ(result.counts[2].instances, 1);
  EXPECT_EQ(result.counts[2].warm, 1);
  EXPECT_EQ(result.counts[3].at, (161 + 300) * kSecond);
  EXPECT_EQ(result.counts[3].instances, 0);
}

TEST_F(FleetTest, SameSeedGivesTheSameAndServiceTimesAreThoseOfTheArrivals) {
  options_.service = DurationModel::Lognormal(1, 0.5);
  options_.cold_start = DurationModel::Lognormal(30, 0.5);
  std::vector<double> arrivals(500);
  for (std::size_t i = 0; i < arrivals.size(); ++i) {
    arrivals[i] = 7.0 * static_cast<double>(i);
  }
  const FleetResult first = Run(arrivals, &five_minutes_);
  const FleetResult again = Run(arrivals, &five_minutes_);
  EXPECT_EQ(first.instance_seconds, again.instance_seconds);
  EXPECT_EQ(first.waits, again.waits);
  FixedScaler other(3, kMinute);
  EXPECT_EQ(Run(arrivals, &other).busy_seconds, first.busy_seconds);
  options_.seed = 2;
  EXPECT_NE(Run(arrivals, &five_minutes_).busy_seconds, first.busy_seconds);
}

// A floor that changes at moments that are known.
class Stepped : public Scaler {
 public:
  explicit Stepped(std::vector<std::pair<Moment, int>> steps)
      : steps_(std::move(steps)) {}
  int Floor(const FleetView& fleet) override {
    int floor = 0;
    next_ = kNever;
    for (const auto& [at, instances] : steps_) {
      if (at <= fleet.now) {
        floor = instances;
      } else {
        next_ = std::min(next_, at);
      }
    }
    return floor;
  }
  Moment NextLook() const override { return next_; }
  Moment IdleTimeout() const override { return timeout_; }
  void SetTimeout(Moment timeout) { timeout_ = timeout; }

 private:
  Moment timeout_ = kMinute;
  std::vector<std::pair<Moment, int>> steps_;
  Moment next_ = kNever;
};

TEST_F(FleetTest, RaisedFloorIsWarmAfterTheColdStart) {
  Stepped floor({{1000 * kSecond, 2}, {2000 * kSecond, 0}});
  const FleetResult result = Run({1059, 1061}, &floor);
  EXPECT_EQ(result.cold_requests, 1);
  EXPECT_FLOAT_EQ(result.waits[0], 1);
  // Idle since long ago when the floor falls: they go at once.
  EXPECT_NEAR(result.instance_seconds, 2000, 1e-6);
}

TEST_F(FleetTest, WarmInstanceDoesNotGoForOneThatStillStarts) {
  // At 1061 the first one is idle and the second one starts, for what came at
  // 1060.5.
  Stepped floor({{1000 * kSecond, 1}});
  floor.SetTimeout(0);
  const FleetResult result = Run({1060, 1060.5, 1062}, &floor);
  EXPECT_EQ(result.starts, 2);
  EXPECT_EQ(result.cold_requests, 0);
  EXPECT_EQ(result.waits.size(), 1U);
}

TEST_F(FleetTest, LoweredFloorInterruptsNoWork) {
  options_.service = DurationModel::Constant(100);
  Stepped floor({{0, 1}, {2000 * kSecond, 0}});
  const FleetResult result = Run({1950}, &floor);
  EXPECT_EQ(result.cold_requests, 0);
  EXPECT_NEAR(result.instance_seconds, 1950 + 100 + 60, 1e-6);
}

// Erlang's C formula: the share that waits and how long, with c instances.
TEST_F(FleetTest, AgreesWithQueueingTheory) {
  constexpr int kInstances = 4;
  constexpr double kLoad = 3.0;  // erlangs
  constexpr double kService = 0.1;
  std::mt19937_64 random(42);
  std::exponential_distribution<double> gap(kLoad / kService);
  std::vector<Moment> arrivals;
  double at = 1;
  for (int i = 0; i < 400'000; ++i) {
    at += gap(random);
    arrivals.push_back(std::llround(at * kSecond));
  }
  // Exponential service times, as measured ones.
  std::exponential_distribution<double> service(1 / kService);
  std::vector<double> measured(20'000);
  for (double& one : measured) one = service(random);
  const double mean =
      std::accumulate(measured.begin(), measured.end(), 0.0) / 20'000;
  options_.service = DurationModel::Measured(measured);
  options_.cold_start = DurationModel::Constant(0.001);
  options_.max_instances = kInstances;
  FixedScaler all(kInstances, 0);
  const FleetResult result =
      Simulate(options_, arrivals, 0, arrivals.back() + kSecond, &all);

  const double load = kLoad / kService * mean;
  double sum = 0;
  double term = 1;
  for (int k = 0; k < kInstances; ++k) {
    sum += term;
    term *= load / (k + 1);
  }
  const double last = term * kInstances / (kInstances - load);
  const double waits = last / (sum + last);
  const double mean_wait = waits * mean / (kInstances - load);
  const double total =
      std::accumulate(result.waits.begin(), result.waits.end(), 0.0);
  EXPECT_NEAR(static_cast<double>(result.waits.size()) / 400'000, waits,
              0.03 * waits);
  EXPECT_NEAR(total / 400'000, mean_wait, 0.06 * mean_wait);
}

}  // namespace
}  // namespace prewarm
