#include "warmup-controller/decide/makespan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "warmup-controller/decide/lead_time.h"
#include "warmup-controller/decide/lognormal.h"

namespace prewarm {
namespace {

double Seconds(std::chrono::milliseconds time) {
  return std::chrono::duration<double>(time).count();
}

Makespan Took(double seconds, int instances = 1, bool cold_node = false) {
  Makespan makespan;
  makespan.instances = instances;
  makespan.parallelism = 2;
  makespan.cold_node = cold_node;
  makespan.took =
      std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
  return makespan;
}

double Quantile(const MakespanModel& model, int instances, double quantile) {
  return Seconds(model.Quantile(instances, 2, quantile));
}

TEST(MakespanModel, WithoutObservationsItIsCareful) {
  const MakespanModel model;
  EXPECT_NEAR(Quantile(model, 1, 0.5), 30, 0.01);
  EXPECT_GT(Quantile(model, 1, 0.99), 120);
  EXPECT_LT(Quantile(model, 1, 0.99), 900);
}

TEST(MakespanModel, MoreInstancesTakeMoreWavesOfWarmUps) {
  const MakespanModel model;
  EXPECT_NEAR(Quantile(model, 2, 0.5), 30, 0.01);
  EXPECT_NEAR(Quantile(model, 3, 0.5), 40, 0.01);
  EXPECT_NEAR(Quantile(model, 8, 0.5), 60, 0.01);
}

TEST(MakespanModel, ObservationsOutweighThePrior) {
  MakespanModel model;
  std::mt19937 random(1);
  std::lognormal_distribution<double> makespan(std::log(8), 0.1);
  double earlier = Quantile(model, 1, 0.99);
  for (int count : {2, 8, 50}) {
    while (model.observations() < static_cast<std::size_t>(count)) {
      model.Add(Took(makespan(random)));
    }
    EXPECT_LT(Quantile(model, 1, 0.99), earlier);
    earlier = Quantile(model, 1, 0.99);
  }
  EXPECT_GT(earlier, 8 * std::exp(0.1 * 2.33));  // the true quantile
  EXPECT_LT(earlier, 20);
}

// What the product promises: windows are punctual as often as declared, with
// the makespan of all instances and not of each.
TEST(MakespanModel, LearnedQuantileCoversTheShareThatItNames) {
  std::mt19937 random(5);
  std::lognormal_distribution<double> pod(std::log(12), 0.35);
  const auto start = [&](int instances) {
    double slowest = 0;
    for (int i = 0; i < instances; ++i) {
      slowest = std::max(slowest, pod(random));
    }
    return slowest;
  };
  for (const int instances : {1, 8}) {
    for (const double quantile : {0.9, 0.99}) {
      int punctual = 0;
      int windows = 0;
      for (int shop = 0; shop < 30; ++shop) {
        MakespanModel model;
        for (int day = 0; day < 60; ++day) {
          const double took = start(instances);
          if (day >= 10) {
            ++windows;
            punctual += took <= Quantile(model, instances, quantile) ? 1 : 0;
          }
          model.Add(Took(took, instances));
        }
      }
      EXPECT_GE(punctual, (quantile - 0.01) * windows)
          << instances << " instances, quantile " << quantile;
    }
  }
}

TEST(MakespanModel, StartThatWasGivenUpCountsAsLonger) {
  MakespanModel patient, given_up, taken_as_finished;
  std::mt19937 random(2);
  std::lognormal_distribution<double> makespan(std::log(30), 0.5);
  for (int i = 0; i < 60; ++i) {
    Makespan last = Took(makespan(random));
    patient.Add(last);
    last.censored = last.took > std::chrono::seconds(40);
    last.took = std::min(last.took, std::chrono::milliseconds(40'000));
    given_up.Add(last);
    last.censored = false;
    taken_as_finished.Add(last);
  }
  const double truth = Quantile(patient, 1, 0.95);
  EXPECT_NEAR(Quantile(given_up, 1, 0.95), truth, 0.2 * truth);
  EXPECT_LT(Quantile(taken_as_finished, 1, 0.95), 0.8 * truth);
}

Makespan GivenUp(double seconds, int instances = 1) {
  Makespan makespan = Took(seconds, instances);
  makespan.censored = true;
  return makespan;
}

// Visitors who come and go: it only says that nothing starts that fast.
TEST(MakespanModel, StartsThatWereGivenUpEarlySayNothing) {
  for (const int measured : {0, 3, 20}) {
    MakespanModel model;
    for (int i = 0; i < measured; ++i) model.Add(Took(60 + i));
    const double median = Quantile(model, 1, 0.5);
    const double late = Quantile(model, 1, 0.99);
    for (int i = 0; i < 200; ++i) model.Add(GivenUp(i % 2 == 0 ? 1 : 5));
    EXPECT_NEAR(Quantile(model, 1, 0.5), median, 0.02 * median) << measured;
    EXPECT_NEAR(Quantile(model, 1, 0.99), late, 0.02 * late) << measured;
  }
}

TEST(MakespanModel, EachStartThatWasGivenUpLateAsksForMoreTime) {
  for (const double after : {40.0, 120.0, 600.0}) {
    MakespanModel model;
    for (int i = 0; i < 10; ++i) model.Add(Took(30 + i));
    const double first = Quantile(model, 1, 0.95);
    double earlier = first;
    for (int i = 0; i < 10; ++i) {
      model.Add(GivenUp(after));
      EXPECT_GE(Quantile(model, 1, 0.95), earlier) << after << ", " << i;
      earlier = Quantile(model, 1, 0.95);
    }
    EXPECT_GT(earlier, 1.1 * first);
  }
}

// By a grid over mean and deviation: the posterior as it is.
TEST(LearnedNormal, CensoredQuantilesAreNearThoseOfTheExactPosterior) {
  const struct {
    std::vector<double> measured, given_up;
    double median, late;  // 0.5, 0.9
  } kCases[] = {{{}, {5, 5, 5}, 30.6, 72.0},
                {{}, {25}, 35.8, 84.1},
                {{}, {120}, 76.5, 334.1},
                {{60, 60, 60}, {120, 120, 120}, 88.7, 251.7}};
  for (const auto& one : kCases) {
    std::vector<LogTime> observed;
    for (const double took : one.measured) {
      observed.push_back({std::log(took), false});
    }
    for (const double took : one.given_up) {
      observed.push_back({std::log(took), true});
    }
    const auto learned = LearnedNormal(std::log(30), 0.4, 1, 2).After(observed);
    EXPECT_NEAR(learned.Quantile(0.5), std::log(one.median), 0.05);
    EXPECT_NEAR(learned.Quantile(0.9), std::log(one.late), 0.25);
  }
}

TEST(MakespanModel, WhatWasMeasuredOutlivesStartsThatWereGivenUpEarly) {
  MakespanModel model;
  for (int i = 0; i < 5; ++i) model.Add(Took(60));
  for (int i = 0; i < 200; ++i) model.Add(GivenUp(2));
  EXPECT_EQ(model.observations(), MakespanModel::kKept);
  EXPECT_EQ(std::count_if(model.kept().begin(), model.kept().end(),
                          [](const Makespan& one) { return !one.censored; }),
            5);
  // Those that tell more take the place of what is older.
  for (int i = 0; i < 64; ++i) model.Add(GivenUp(90));
  EXPECT_EQ(model.kept().front().took, std::chrono::seconds(90));
}

TEST(MakespanModel, OutlierThatHappenedIsNotForgottenByTheFit) {
  MakespanModel model;
  for (int i = 0; i < 60; ++i) model.Add(Took(10));
  model.Add(Took(200));
  EXPECT_GE(Quantile(model, 1, 0.99), 200);
  for (int i = 0; i < 64; ++i) model.Add(Took(10));
  EXPECT_LT(Quantile(model, 1, 0.99), 60);
}

TEST(MakespanModel, FewerInstancesNeverGetMoreTimeThanMore) {
  MakespanModel model;
  for (int i = 0; i < 20; ++i) {
    model.Add(Took(100, 2));
    model.Add(Took(20, 8));
  }
  EXPECT_GE(Quantile(model, 8, 0.9), Quantile(model, 2, 0.9));
  double before = 0;
  for (int instances = 1; instances <= 40; ++instances) {
    const double now = Quantile(model, instances, 0.9);
    EXPECT_GE(now, before * 0.999) << instances;
    before = now;
  }
}

TEST(MakespanModel, LikeNumbersOfInstancesTellMoreThanOthers) {
  MakespanModel model;
  for (int i = 0; i < 30; ++i) {
    model.Add(Took(10 + i % 3, 1));
    model.Add(Took(90 + i % 3, 16));
  }
  EXPECT_LT(Quantile(model, 1, 0.9), 20);
  EXPECT_GT(Quantile(model, 16, 0.9), 90);
  EXPECT_LT(Quantile(model, 16, 0.9), 150);
}

TEST(MakespanModel, ColdNodesCountByTheirShare) {
  MakespanModel seldom, often;
  for (int i = 0; i < 60; ++i) {
    const bool cold = i % 20 == 0;
    seldom.Add(Took(cold ? 120 : 10, 1, cold));
    often.Add(Took(i % 2 == 0 ? 120 : 10, 1, i % 2 == 0));
  }
  EXPECT_LT(Quantile(seldom, 1, 0.9), 40);
  EXPECT_GT(Quantile(seldom, 1, 0.99), 100);
  EXPECT_GT(Quantile(often, 1, 0.9), 100);
}

TEST(EmpiricalQuantile, IsTheLeastValueOfItsShare) {
  std::vector<LogTime> values;
  for (int i = 10; i > 0; --i) values.push_back({1.0 * i, false});
  EXPECT_EQ(EmpiricalQuantile(values, 0.9), 9);
  EXPECT_EQ(EmpiricalQuantile(values, 0.5), 5);
  EXPECT_EQ(EmpiricalQuantile(values, 0.99), 10);
}

TEST(EmpiricalQuantile, CensoredOnesMoveTheirShareToLaterValues) {
  // Of four the first is censored: the others stand for it, a third each.
  const std::vector<LogTime> values = {
      {1, true}, {2, false}, {3, false}, {4, false}};
  EXPECT_EQ(EmpiricalQuantile(values, 0.3), 2);
  EXPECT_EQ(EmpiricalQuantile(values, 0.6), 3);
  EXPECT_EQ(EmpiricalQuantile({{1, false}, {2, true}}, 0.9), 2);
}

TEST(LeadTimes, AreWithinTheDeclaredBoundsAndWithOverheads) {
  Policy policy;
  policy.lead_time.quantile = 0.5;
  policy.lead_time.min = std::chrono::seconds(10);
  EXPECT_EQ(LeadTimes(policy, {})(1), std::chrono::seconds(30));
  EXPECT_EQ(LeadTimes(policy, {},
                      {std::chrono::seconds(4), std::chrono::seconds(15)})(1),
            std::chrono::seconds(49));
  policy.lead_time.max = std::chrono::seconds(40);
  EXPECT_EQ(LeadTimes(policy, {})(100), std::chrono::seconds(40));
  policy.lead_time.min = std::chrono::seconds(35);
  EXPECT_EQ(LeadTimes(policy, {})(1), std::chrono::seconds(35));
}

TEST(LeadTimes, FixedOneIsWhatWasDeclared) {
  Policy policy;
  policy.lead_time.mode = LeadTime::Mode::kFixed;
  policy.lead_time.fixed = std::chrono::seconds(7);
  EXPECT_EQ(LeadTimes(policy, {})(5), std::chrono::seconds(7));
}

}  // namespace
}  // namespace prewarm
