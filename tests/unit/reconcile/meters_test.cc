#include <gtest/gtest.h>

#include "tests/unit/schedule/plan.h"
#include "warmup-controller/reconcile/due_load.h"
#include "warmup-controller/reconcile/hours_of_day.h"
#include "warmup-controller/reconcile/rise_meter.h"
#include "warmup-controller/reconcile/write_gate.h"

namespace prewarm {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

const SteadyTime kStart = SteadyTime() + hours(1);

TEST(RiseMeterTest, MakespanIsFromTheWriteToTheLastInstance) {
  RiseMeter meter;
  meter.Raised(3, 2, 4, kStart);
  EXPECT_TRUE(meter.Reached(2, kStart + seconds(5)).empty());
  const auto reached = meter.Reached(3, kStart + seconds(9));
  ASSERT_EQ(reached.size(), 1U);
  EXPECT_EQ(reached[0].instances, 2);
  EXPECT_EQ(reached[0].parallelism, 4);
  EXPECT_EQ(reached[0].took, seconds(9));
  EXPECT_FALSE(reached[0].censored);
  EXPECT_TRUE(meter.Reached(3, kStart + seconds(10)).empty());
}

TEST(RiseMeterTest, WhereNothingIsMissingThereIsNothingToMeasure) {
  RiseMeter meter;
  meter.Raised(3, 0, 1, kStart);
  meter.Raised(3, -2, 1, kStart);
  EXPECT_TRUE(meter.Reached(3, kStart).empty());
}

TEST(RiseMeterTest, OneThatIsGivenUpWouldHaveTakenLonger) {
  RiseMeter meter;
  meter.Raised(1, 1, 1, kStart);
  meter.Raised(4, 3, 1, kStart + seconds(1));
  const auto given_up = meter.GivenUp(2, kStart + seconds(6));
  ASSERT_EQ(given_up.size(), 1U);
  EXPECT_TRUE(given_up[0].censored);
  EXPECT_EQ(given_up[0].took, seconds(5));
  EXPECT_EQ(meter.Reached(1, kStart + seconds(7)).size(), 1U);
}

TEST(HoursMeterTest, InstancesCountFromWhenTheyAreSeenUntilTheyAreNot) {
  const CivilDay today(2026, 3, 2);
  HoursMeter meter;
  meter.Count(today, 2, false, kStart);
  EXPECT_EQ(meter.known().hours, 0);
  meter.Count(today, 0, false, kStart + hours(3));
  EXPECT_DOUBLE_EQ(meter.known().hours, 6);
  meter.Count(today, 4, true, kStart + hours(5));
  meter.Count(today, 0, false, kStart + hours(6));
  EXPECT_DOUBLE_EQ(meter.known().hours, 10);
  EXPECT_DOUBLE_EQ(meter.known().intent_hours, 4);
}

TEST(HoursMeterTest, ANewDayBeginsWithNone) {
  HoursMeter meter;
  meter.Count(CivilDay(2026, 3, 2), 1, true, kStart);
  meter.Count(CivilDay(2026, 3, 2), 1, true, kStart + hours(5));
  meter.Count(CivilDay(2026, 3, 3), 1, true, kStart + hours(6));
  EXPECT_DOUBLE_EQ(meter.known().hours, 1);
  EXPECT_DOUBLE_EQ(meter.known().intent_hours, 1);
}

TEST(HoursMeterTest, WhatIsRestoredOfAnotherDaySaysNothing) {
  HoursMeter meter;
  meter.Restore({CivilDay(2026, 3, 1), 20, 3});
  meter.Count(CivilDay(2026, 3, 2), 1, false, kStart);
  EXPECT_EQ(meter.known().hours, 0);
  meter.Restore({CivilDay(2026, 3, 2), 2, 1});
  meter.Count(CivilDay(2026, 3, 2), 1, false, kStart + hours(1));
  EXPECT_DOUBLE_EQ(meter.known().hours, 3);
}

TEST(WriteGateTest, WithoutARateEverythingPasses) {
  WriteGate gate({});
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(gate.Take(kStart));
}

TEST(WriteGateTest, ABurstPassesAndThenTheRate) {
  WriteGate gate({2, 3});
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(gate.Take(kStart));
  EXPECT_FALSE(gate.Take(kStart));
  EXPECT_EQ(gate.Next(kStart), kStart + milliseconds(500));
  EXPECT_TRUE(gate.Take(gate.Next(kStart)));
  EXPECT_FALSE(gate.Take(gate.Next(kStart)));
}

TEST(WriteGateTest, OneDoesNotComeBackForEverySingleToken) {
  WriteGate gate({1000, 100});
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(gate.Take(kStart));
  EXPECT_FALSE(gate.Take(kStart));
  EXPECT_EQ(gate.Next(kStart), kStart + milliseconds(50));
}

TEST(DueLoadTest, CountsThoseWhoWantTheSameInstant) {
  const Instant nine = Utc(2026, 3, 2, 9);
  const Instant ten = Utc(2026, 3, 2, 10);
  DueLoad load;
  load.Set("a", {nine});
  load.Set("b", {nine, ten});
  load.Set("c", {ten});
  load.Set("d", {ten});
  EXPECT_EQ(load.Most("a"), 2U);
  EXPECT_EQ(load.Most("b"), 3U);
  EXPECT_EQ(load.Most("z"), 0U);
  load.Set("c", {nine});
  EXPECT_EQ(load.Most("a"), 3U);
  EXPECT_EQ(load.Most("d"), 2U);
  load.Forget("b");
  EXPECT_EQ(load.Most("d"), 1U);
}

}  // namespace
}  // namespace prewarm
