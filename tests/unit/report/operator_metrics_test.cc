#include "warmup-controller/report/operator_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace prewarm {
namespace {

using testing::HasSubstr;

TEST(OperatorMetrics, CallsAreCountedByAnswer) {
  OperatorMetrics metrics;
  metrics.ApiAnswered("patch", "pods/status", 200);
  metrics.ApiAnswered("patch", "pods/status", 200);
  metrics.ApiAnswered("watch", "pods", 0);
  EXPECT_THAT(metrics.Text(),
              HasSubstr("prewarm_api_requests_total{code=\"200\",resource="
                        "\"pods/status\",verb=\"patch\"} 2\n"));
  EXPECT_THAT(metrics.Text(), HasSubstr("code=\"none\",resource=\"pods\""));
}

TEST(OperatorMetrics, LeaderIsTold) {
  OperatorMetrics metrics;
  EXPECT_THAT(metrics.Text(), HasSubstr("\nprewarm_leader 0\n"));
  metrics.SetLeader(true);
  EXPECT_THAT(metrics.Text(), HasSubstr("\nprewarm_leader 1\n"));
}

TEST(OperatorMetrics, QueuesHaveADepthAndATotal) {
  OperatorMetrics metrics;
  metrics.SetQueue("floors", 3, 5);
  metrics.SetQueue("floors", 0, 7);
  metrics.SetDropped("events", 2);
  const std::string text = metrics.Text();
  EXPECT_THAT(text, HasSubstr("workqueue_depth{queue=\"floors\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("workqueue_adds_total{queue=\"floors\"} 7\n"));
  EXPECT_THAT(text, HasSubstr("workqueue_dropped_total{queue=\"events\"} 2\n"));
}

}  // namespace
}  // namespace prewarm
