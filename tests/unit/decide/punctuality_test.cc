#include "warmup-controller/decide/punctuality.h"

#include <gtest/gtest.h>

namespace prewarm {
namespace {

using std::chrono::seconds;

Instant Second(int second) { return Instant(seconds(second)); }

TEST(Punctuality, WarmBeforeIsPositive) {
  auto opening = Watch({}, Second(100), 3, 2, Second(80));
  opening = Watch(opening, Second(100), 3, 3, Second(90));
  opening = Watch(opening, Second(100), 3, 3, Second(120));
  ASSERT_TRUE(opening);
  EXPECT_EQ(WarmBefore(*opening, Second(200)), seconds(10));
  EXPECT_FALSE(opening->missed);
}

TEST(Punctuality, LateIsNegativeAndGrowsUntilItIsWarm) {
  auto opening = Watch({}, Second(100), 3, 2, Second(90));
  opening = Watch(opening, Second(100), 3, 2, Second(110));
  EXPECT_EQ(WarmBefore(*opening, Second(110)), seconds(-10));
  EXPECT_EQ(WarmBefore(*opening, Second(120)), seconds(-20));
  opening = Watch(opening, Second(100), 3, 3, Second(130));
  EXPECT_EQ(WarmBefore(*opening, Second(500)), seconds(-30));
}

TEST(Punctuality, WhoFallsIllBeforeItIsDueWasNotInTime) {
  auto opening = Watch({}, Second(100), 2, 2, Second(80));
  opening = Watch(opening, Second(100), 2, 1, Second(95));
  opening = Watch(opening, Second(100), 2, 2, Second(104));
  EXPECT_EQ(WarmBefore(*opening, Second(200)), seconds(-4));
}

TEST(Punctuality, WhoFallsIllAfterwardsWas) {
  auto opening = Watch({}, Second(100), 2, 2, Second(80));
  opening = Watch(opening, Second(100), 2, 1, Second(150));
  EXPECT_EQ(WarmBefore(*opening, Second(200)), seconds(20));
}

TEST(Punctuality, WhoComesAfterItWasDueHasMissedIt) {
  const auto opening = Watch({}, Second(100), 2, 0, Second(101));
  ASSERT_TRUE(opening);
  EXPECT_TRUE(opening->missed);
}

TEST(Punctuality, AnotherRiseIsAnotherOpening) {
  auto opening = Watch({}, Second(100), 2, 2, Second(90));
  opening = Watch(opening, Second(200), 5, 2, Second(150));
  EXPECT_EQ(opening->due, Second(200));
  EXPECT_FALSE(opening->warm_at);
  EXPECT_FALSE(Watch(opening, {}, 5, 5, Second(300)));
  EXPECT_FALSE(Watch(opening, Second(300), 0, 5, Second(300)));
}

TEST(Punctuality, WhatIsLeftAfterAFallHasNotOpenedAnew) {
  auto opening = Watch({}, Second(100), 3, 3, Second(90));
  opening->judged = true;
  // Two of them have been asked for since before.
  opening = Watch(opening, Second(50), 2, 3, Second(201));
  ASSERT_TRUE(opening);
  EXPECT_EQ(opening->due, Second(100));
  EXPECT_EQ(opening->asked, 2);
  EXPECT_TRUE(opening->judged);
  EXPECT_FALSE(opening->missed);
  opening = Watch(opening, Second(300), 3, 3, Second(290));
  EXPECT_EQ(opening->due, Second(300));
  EXPECT_FALSE(opening->judged);
}

}  // namespace
}  // namespace prewarm
