#include "warmup-controller/policy/reach.h"

#include <gtest/gtest.h>

#include <string>

namespace prewarm {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

Cron At(const std::string& text) {
  auto cron = Cron::Parse(text);
  EXPECT_TRUE(cron.ok()) << text;
  return std::move(cron).value();
}

TEST(Reach, DurationOverThePeriodIsFound) {
  EXPECT_EQ(PeriodShorterThan(At("0 * * * *"), minutes(90)), minutes(60));
  EXPECT_EQ(PeriodShorterThan(At("*/5 * * * *"), minutes(6)), minutes(5));
  EXPECT_EQ(PeriodShorterThan(At("0 9,15 * * *"), hours(19)), hours(18));
}

TEST(Reach, WindowThatMeetsTheNextOneIsNoError) {
  EXPECT_EQ(PeriodShorterThan(At("0 * * * *"), minutes(60)), std::nullopt);
  EXPECT_EQ(PeriodShorterThan(At("0 0 * * *"), hours(24)), std::nullopt);
}

TEST(Reach, OneLongPauseIsEnough) {
  EXPECT_EQ(PeriodShorterThan(At("0 9-17 * * *"), minutes(90)), std::nullopt);
  EXPECT_EQ(PeriodShorterThan(At("0 0 * * MON-FRI"), hours(48)), std::nullopt);
  EXPECT_EQ(PeriodShorterThan(At("0 0 29 2 *"), hours(168)), std::nullopt);
}

TEST(Reach, PairWhoseEndsAreAllStartsNeverCloses) {
  EXPECT_TRUE(NeverCloses(At("0 9 * * *"), At("0 9 * * *")));
  EXPECT_TRUE(NeverCloses(At("0 * * * *"), At("0 18 * * *")));
  EXPECT_TRUE(NeverCloses(At("* * * * *"), At("@hourly")));
}

TEST(Reach, PairWithOneEndOfItsOwnCloses) {
  EXPECT_FALSE(NeverCloses(At("0 9 * * *"), At("0 18 * * *")));
  EXPECT_FALSE(NeverCloses(At("0 9 * * MON-FRI"), At("0 9 * * SAT,MON")));
  EXPECT_FALSE(NeverCloses(At("0 0 1 1 *"), At("0 0 2 1 *")));
}

}  // namespace
}  // namespace prewarm
