#include "warmup-controller/decide/forecast.h"

#include <gtest/gtest.h>

#include "tests/unit/schedule/plan.h"

namespace prewarm {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

class ForecastTest : public testing::Test {
 protected:
  ForecastTest() {
    policy_ = PolicyOf("Europe/Berlin", {Daily("0111110", 9 * 60, 12 * 60, 3),
                                         Daily("1111111", 11 * 60, 60, 2)});
    policy_.max_replicas = 5;
    policy_.scale_down.delay = minutes(7);
  }

  static seconds Lead(int instances) { return seconds(90 * instances); }
  Forecast Over(Instant from, Instant until) const {
    return Forecast(policy_, Schedule(policy_), Lead, from, until);
  }

  Policy policy_;
};

// Over the change of the clocks of 29 March, too.
TEST_F(ForecastTest, OfAWeekSaysAtEachMomentWhatOneOfThatMomentSays) {
  const Instant begin = Utc(2026, 3, 26);
  const Instant end = begin + hours(7 * 24);
  const Forecast week = Over(begin, end + kAhead);
  for (Instant now = begin; now < end; now += seconds(611)) {
    const FloorNow of_week = week.At(now, {});
    const FloorNow of_now = Over(now, now + kAhead).At(now, {});
    EXPECT_EQ(of_week.floor, of_now.floor);
    EXPECT_EQ(of_week.cause, of_now.cause);
    EXPECT_EQ(of_week.window, of_now.window);
    EXPECT_EQ(of_week.due, of_now.due);
    EXPECT_EQ(of_week.asked, of_now.asked);
    EXPECT_EQ(std::min(of_week.until, now + kAhead), of_now.until);
  }
}

TEST_F(ForecastTest, CoversItsBeginAndNotItsEnd) {
  const Instant begin = Utc(2026, 3, 2);
  const Forecast hour = Over(begin, begin + hours(1));
  EXPECT_FALSE(hour.Covers(begin - seconds(1)));
  EXPECT_TRUE(hour.Covers(begin));
  EXPECT_FALSE(hour.Covers(begin + hours(1)));
  EXPECT_LE(hour.At(begin, {}).until, begin + hours(1));
}

}  // namespace
}  // namespace prewarm
