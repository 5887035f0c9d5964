#include "warmup-controller/kube/rate_budget.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "tests/unit/kube/hand_clock.h"
#include "warmup-controller/kube/rate_gate.h"

namespace prewarm::kube {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

class RateBudgetTest : public testing::Test {
 protected:
  std::vector<RateBudget::Ticket> Grant() {
    return budget_.Grant(clock_.Now());
  }

  HandClock clock_;
  RateBudget budget_{{2, 3}};
};

TEST_F(RateBudgetTest, BurstGoesAtOnceAndTheRestAtTheRate) {
  for (int i = 0; i < 5; ++i) budget_.Ask(CallClass::kStatus);
  EXPECT_THAT(Grant(), ElementsAre(1, 2, 3));
  EXPECT_THAT(Grant(), IsEmpty());
  clock_.Pass(milliseconds(499));
  EXPECT_THAT(Grant(), IsEmpty());
  clock_.Pass(milliseconds(1));
  EXPECT_THAT(Grant(), ElementsAre(4));
  clock_.Pass(milliseconds(500));
  EXPECT_THAT(Grant(), ElementsAre(5));
}

TEST_F(RateBudgetTest, FloorsGoBeforeReadinessBeforeStatusBeforeEvents) {
  for (int i = 0; i < 3; ++i) budget_.Ask(CallClass::kEvent);
  EXPECT_EQ(Grant().size(), 3U);
  const auto event = budget_.Ask(CallClass::kEvent);
  const auto status = budget_.Ask(CallClass::kStatus);
  const auto readiness = budget_.Ask(CallClass::kReadiness);
  const auto floor = budget_.Ask(CallClass::kFloor);
  clock_.Pass(seconds(1));
  EXPECT_THAT(Grant(), ElementsAre(floor, readiness));
  clock_.Pass(seconds(1));
  EXPECT_THAT(Grant(), ElementsAre(status, event));
}

TEST_F(RateBudgetTest, QuietTimeSavesUpNoMoreThanTheBurst) {
  EXPECT_THAT(Grant(), IsEmpty());
  clock_.Pass(hours(1));
  for (int i = 0; i < 9; ++i) budget_.Ask(CallClass::kStatus);
  EXPECT_EQ(Grant().size(), 3U);
}

TEST_F(RateBudgetTest, NextGrantIsWhenATokenIsWhole) {
  EXPECT_EQ(budget_.NextGrant(clock_.Now()), std::nullopt);
  for (int i = 0; i < 4; ++i) budget_.Ask(CallClass::kStatus);
  EXPECT_EQ(budget_.NextGrant(clock_.Now()), clock_.Now());
  Grant();
  const auto next = budget_.NextGrant(clock_.Now());
  ASSERT_TRUE(next);
  EXPECT_GE(*next, clock_.Now() + milliseconds(500));
  EXPECT_LE(*next, clock_.Now() + milliseconds(501));
  EXPECT_EQ(budget_.Grant(*next).size(), 1U);
}

TEST_F(RateBudgetTest, WhoGivesUpTakesNoToken) {
  for (int i = 0; i < 3; ++i) budget_.Ask(CallClass::kStatus);
  Grant();
  const auto first = budget_.Ask(CallClass::kStatus);
  const auto second = budget_.Ask(CallClass::kStatus);
  budget_.Withdraw(first);
  clock_.Pass(milliseconds(500));
  EXPECT_THAT(Grant(), ElementsAre(second));
}

TEST_F(RateBudgetTest, PauseHoldsItsClassAndTheLaterOnes) {
  budget_.Pause(CallClass::kStatus, clock_.Now(), seconds(5));
  const auto event = budget_.Ask(CallClass::kEvent);
  const auto readiness = budget_.Ask(CallClass::kReadiness);
  EXPECT_THAT(Grant(), ElementsAre(readiness));
  EXPECT_EQ(budget_.NextGrant(clock_.Now()), clock_.Now() + seconds(5));
  clock_.Pass(seconds(5));
  EXPECT_THAT(Grant(), ElementsAre(event));
}

TEST_F(RateBudgetTest, WhatOneIsAskedToWaitHoldsTheOthersForSecondsOnly) {
  budget_.Pause(CallClass::kFloor, clock_.Now(), seconds(3600));
  const auto floor = budget_.Ask(CallClass::kFloor);
  EXPECT_THAT(Grant(), IsEmpty());
  clock_.Pass(seconds(5));
  EXPECT_THAT(Grant(), ElementsAre(floor));
}

TEST(RateGate, WhoWaitsIsLetInInTurn) {
  StopSignal stop;
  RateGate gate({200, 1}, &stop);
  std::vector<std::thread> all;
  all.reserve(8);
  std::atomic<int> in{0};
  for (int i = 0; i < 8; ++i) {
    all.emplace_back([&] {
      if (gate.Enter(CallClass::kStatus, seconds(60)).ok()) ++in;
    });
  }
  for (std::thread& one : all) one.join();
  EXPECT_EQ(in, 8);
}

TEST(RateGate, PatienceEndsAndSoDoesTheProgram) {
  StopSignal stop;
  RateGate gate({0.001, 1}, &stop);
  EXPECT_TRUE(gate.Enter(CallClass::kStatus, seconds(60)).ok());
  EXPECT_EQ(gate.Enter(CallClass::kStatus, milliseconds(5)).error().code,
            ErrorCode::kResourceExhausted);
  std::thread waiter([&gate] {
    EXPECT_EQ(gate.Enter(CallClass::kStatus, hours(1)).error().code,
              ErrorCode::kCancelled);
  });
  stop.Stop();
  waiter.join();
}

}  // namespace
}  // namespace prewarm::kube
