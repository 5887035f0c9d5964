#include "warmup-controller/decide/intent_demand.h"

#include <gtest/gtest.h>

namespace prewarm {
namespace {

TEST(IntentDemand, NobodyNeedsNothingAndOneVisitorNeedsOne) {
  EXPECT_EQ(InstancesForIntents(0, {}), 0);
  EXPECT_EQ(InstancesForIntents(-3, {}), 0);
  EXPECT_EQ(InstancesForIntents(1, {}), 1);
}

TEST(IntentDemand, GrowsWithVisitorsConversionAndService) {
  // 400 visitors, 30 % upload within 40 s, 1 s each: 3 at once on average.
  EXPECT_EQ(InstancesForIntents(400, {}), 7);
  IntentStats all_upload;
  all_upload.conversion = 1;
  EXPECT_GT(InstancesForIntents(400, all_upload), 12);
  IntentStats slow;
  slow.service_seconds = 4;
  EXPECT_GT(InstancesForIntents(400, slow), 16);
  int before = 0;
  for (int visitors = 0; visitors < 10'000; visitors += 7) {
    const int now = InstancesForIntents(visitors, {});
    EXPECT_GE(now, before);
    before = now;
  }
}

TEST(IntentDemand, InstancesThatWorkOnSeveralRequestsAreFewer) {
  IntentStats four;
  four.concurrency = 4;
  EXPECT_EQ(InstancesForIntents(400, four), 2);
}

TEST(IntentDemand, OddNumbersGiveNoOddAnswer) {
  IntentStats odd;
  odd.think_seconds = 0;
  odd.concurrency = 0;
  EXPECT_LE(InstancesForIntents(2'000'000'000, odd), 1'000'000);
  EXPECT_GE(InstancesForIntents(1, odd), 1);
  odd.service_seconds = -1;
  EXPECT_EQ(InstancesForIntents(5, odd), 1);
}

}  // namespace
}  // namespace prewarm
