#include "inference-server/scheduling/service_time.h"

#include <gtest/gtest.h>

namespace prewarm {
namespace {

TEST(ServiceTime, AssumptionStandsInBeforeTheFirstMeasurement) {
  const ServiceTime time;
  EXPECT_FALSE(time.mean_millis().has_value());
  EXPECT_EQ(time.RetryAfterSeconds(3, 2000), 6);
}

TEST(ServiceTime, FirstMeasurementReplacesTheAssumption) {
  ServiceTime time;
  time.Add(500);
  EXPECT_EQ(time.mean_millis(), 500);
  EXPECT_EQ(time.RetryAfterSeconds(4, 60000), 2);
}

TEST(ServiceTime, MeanMovesByAnEighth) {
  ServiceTime time;
  time.Add(800);
  time.Add(1600);
  EXPECT_DOUBLE_EQ(*time.mean_millis(), 900);
}

TEST(ServiceTime, RetryAfterIsRoundedUpAndBounded) {
  ServiceTime time;
  time.Add(1100);
  EXPECT_EQ(time.RetryAfterSeconds(1, 0), 2);
  EXPECT_EQ(time.RetryAfterSeconds(0, 0), 2);
  EXPECT_EQ(time.RetryAfterSeconds(1 << 30, 0), 600);
}

}  // namespace
}  // namespace prewarm
