#include "warmup-controller/intent/visit_stats.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace prewarm {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(VisitStatsTest, ConversionBeginsWithThePriorAndFollowsVisits) {
  VisitStats stats(256);
  EXPECT_DOUBLE_EQ(stats.conversion(), 0.3);
  for (int i = 0; i < 1000; ++i) stats.Ended(true);
  EXPECT_GT(stats.conversion(), 0.95);
  for (int i = 0; i < 2000; ++i) stats.Ended(i % 10 == 0);
  EXPECT_NEAR(stats.conversion(), 0.1, 0.02);
}

TEST(VisitStatsTest, TimeToLiveIsCarefulUntilItKnows) {
  VisitStats stats(256);
  for (int i = 0; i < 19; ++i) stats.Thought(seconds(40));
  EXPECT_EQ(stats.time_to_live(), seconds(300));
  stats.Thought(seconds(40));
  EXPECT_EQ(stats.time_to_live(), seconds(50));
}

TEST(VisitStatsTest, TimeToLiveCoversSlowThinkersWithinBounds) {
  VisitStats slow(256);
  for (int i = 0; i < 100; ++i) slow.Thought(seconds(i < 97 ? 20 : 160));
  EXPECT_EQ(slow.time_to_live(), seconds(200));
  VisitStats slowest(256);
  for (int i = 0; i < 100; ++i) slowest.Thought(seconds(3600));
  EXPECT_EQ(slowest.time_to_live(), seconds(900));
  VisitStats fast(256);
  for (int i = 0; i < 100; ++i) fast.Thought(seconds(1));
  EXPECT_EQ(fast.time_to_live(), seconds(30));
}

TEST(VisitStatsTest, TheNewestTimesCount) {
  VisitStats stats(4);
  for (const int time : {100, 100, 100, 1, 2, 3, 6}) {
    stats.Thought(seconds(time));
  }
  EXPECT_EQ(stats.mean(), milliseconds(3000));
  EXPECT_EQ(stats.median(), milliseconds(2000));
  EXPECT_EQ(stats.Learned().think_seconds.size(), 4U);
}

TEST(VisitStatsTest, WhatIsLearnedIsRestored) {
  VisitStats stats(256);
  for (int i = 0; i < 60; ++i) {
    stats.Thought(seconds(10 + i));
    stats.Ended(i % 2 == 0);
  }
  VisitStats again(256);
  again.Restore(stats.Learned());
  EXPECT_EQ(again.median(), stats.median());
  EXPECT_EQ(again.time_to_live(), stats.time_to_live());
  EXPECT_NEAR(again.conversion(), stats.conversion(), 0.01);
}

TEST(VisitStatsTest, WhatCannotBeTrueIsNotRestored) {
  VisitStats stats(256);
  IntentLearned learned;
  learned.think_seconds = {-1, std::nan(""), 1e9,
                           std::numeric_limits<double>::infinity(), 5};
  learned.opened = 3;
  learned.converted = 4;
  stats.Restore(learned);
  EXPECT_EQ(stats.mean(), milliseconds(5000));
  EXPECT_DOUBLE_EQ(stats.conversion(), 0.3);
}

}  // namespace
}  // namespace prewarm
