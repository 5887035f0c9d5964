#include "warmup-controller/decide/punctuality.h"

#include <gtest/gtest.h>

namespace prewarm {
namespace {

using std::chrono::seconds;

Instant At(int second) { return Instant(seconds(second)); }

TEST(Punctuality, WarmBeforeIsPositive) {
  auto opening = Watch({}, At(100), 3, 2, At(80));
  opening = Watch(opening, At(100), 3, 3, At(90));
  opening = Watch(opening, At(100), 3, 3, At(120));
  ASSERT_TRUE(opening);
  EXPECT_EQ(WarmBefore(*opening, At(200)), seconds(10));
  EXPECT_FALSE(opening->missed);
}

TEST(Punctuality, LateIsNegativeAndGrowsUntilItIsWarm) {
  auto opening = Watch({}, At(100), 3, 2, At(90));
  opening = Watch(opening, At(100), 3, 2, At(110));
  EXPECT_EQ(WarmBefore(*opening, At(110)), seconds(-10));
  EXPECT_EQ(WarmBefore(*opening, At(120)), seconds(-20));
  opening = Watch(opening, At(100), 3, 3, At(130));
  EXPECT_EQ(WarmBefore(*opening, At(500)), seconds(-30));
}

TEST(Punctuality, WhoFallsIllBeforeItIsDueWasNotInTime) {
  auto opening = Watch({}, At(100), 2, 2, At(80));
  opening = Watch(opening, At(100), 2, 1, At(95));
  opening = Watch(opening, At(100), 2, 2, At(104));
  EXPECT_EQ(WarmBefore(*opening, At(200)), seconds(-4));
}

TEST(Punctuality, WhoFallsIllAfterwardsWas) {
  auto opening = Watch({}, At(100), 2, 2, At(80));
  opening = Watch(opening, At(100), 2, 1, At(150));
  EXPECT_EQ(WarmBefore(*opening, At(200)), seconds(20));
}

TEST(Punctuality, WhoComesAfterItWasDueHasMissedIt) {
  const auto opening = Watch({}, At(100), 2, 0, At(101));
  ASSERT_TRUE(opening);
  EXPECT_TRUE(opening->missed);
}

TEST(Punctuality, AnotherRiseIsAnotherOpening) {
  auto opening = Watch({}, At(100), 2, 2, At(90));
  opening = Watch(opening, At(200), 5, 2, At(150));
  EXPECT_EQ(opening->due, At(200));
  EXPECT_FALSE(opening->warm_at);
  EXPECT_FALSE(Watch(opening, {}, 5, 5, At(300)));
  EXPECT_FALSE(Watch(opening, At(300), 0, 5, At(300)));
}

}  // namespace
}  // namespace prewarm
