#include "warmup-controller/kube/rate_gate.h"

#include <gtest/gtest.h>

namespace prewarm::kube {
namespace {

using std::chrono::seconds;

TEST(RateGateTest, WhoHasRoomEnters) {
  StopSignal stop;
  RateGate gate({1, 1}, &stop);
  EXPECT_TRUE(gate.Enter(CallClass::kFloor, seconds(0)).ok());
}

TEST(RateGateTest, NobodyEntersAfterTheStopEvenWhereThereIsRoom) {
  StopSignal stop;
  RateGate gate({1000, 1000}, &stop);
  stop.Stop();
  const Status refused = gate.Enter(CallClass::kFloor, seconds(0));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kCancelled);
}

}  // namespace
}  // namespace prewarm::kube
