#include "inference-server/scheduling/admission.h"

#include <gtest/gtest.h>

namespace prewarm {
namespace {

constexpr AdmissionLimits kLimits{2, 1000};

TEST(Admission, EmptyServerLetsIn) {
  EXPECT_TRUE(Admit(kLimits, {0, 0}, 1000, 7).ok());
}

TEST(Admission, FullQueueIsToldWhenToComeBack) {
  EXPECT_TRUE(Admit(kLimits, {1, 0}, 1, 7).ok());
  const Status full = Admit(kLimits, {2, 0}, 1, 7);
  ASSERT_FALSE(full.ok());
  EXPECT_EQ(full.error().code, ErrorCode::kResourceExhausted);
  EXPECT_EQ(full.error().field, "queue");
  EXPECT_EQ(full.error().retry_after_seconds, 7);
}

TEST(Admission, PredictedMemoryOfAllCounts) {
  EXPECT_TRUE(Admit(kLimits, {1, 400}, 600, 7).ok());
  const Status full = Admit(kLimits, {1, 401}, 600, 7);
  ASSERT_FALSE(full.ok());
  EXPECT_EQ(full.error().code, ErrorCode::kResourceExhausted);
  EXPECT_EQ(full.error().field, "memory");
  EXPECT_EQ(full.error().retry_after_seconds, 7);
}

TEST(Admission, WhatCanNeverFitIsNotAskedToComeBack) {
  const Status never = Admit(kLimits, {0, 0}, 1001, 7);
  ASSERT_FALSE(never.ok());
  EXPECT_EQ(never.error().code, ErrorCode::kTooLarge);
  EXPECT_FALSE(never.error().retry_after_seconds.has_value());
}

TEST(Admission, LoadOverTheBudgetDoesNotWrapAround) {
  EXPECT_FALSE(Admit(kLimits, {1, 1001}, 1, 7).ok());
}

}  // namespace
}  // namespace prewarm
