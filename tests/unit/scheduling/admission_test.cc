#include "inference-server/scheduling/admission.h"

#include <gtest/gtest.h>

#include <string>

namespace prewarm {
namespace {

constexpr AdmissionLimits kLimits{2, 1000};

TEST(Admission, EmptyServerLetsIn) {
  EXPECT_TRUE(Admit(kLimits, {0, 0, 0}, {1000, 0}, 7).ok());
}

TEST(Admission, FullQueueIsToldWhenToComeBack) {
  EXPECT_TRUE(Admit(kLimits, {1, 0, 0}, {1, 0}, 7).ok());
  const Status full = Admit(kLimits, {2, 0, 0}, {1, 0}, 7);
  ASSERT_FALSE(full.ok());
  EXPECT_EQ(full.error().code, ErrorCode::kResourceExhausted);
  EXPECT_EQ(full.error().field, "queue");
  EXPECT_EQ(full.error().retry_after_seconds, 7);
}

TEST(Admission, PredictedMemoryOfAllCounts) {
  EXPECT_TRUE(Admit(kLimits, {1, 400, 0}, {600, 0}, 7).ok());
  const Status full = Admit(kLimits, {1, 401, 0}, {600, 0}, 7);
  ASSERT_FALSE(full.ok());
  EXPECT_EQ(full.error().code, ErrorCode::kResourceExhausted);
  EXPECT_EQ(full.error().field, "memory");
  EXPECT_EQ(full.error().retry_after_seconds, 7);
}

TEST(Admission, WhatCanNeverFitIsNotAskedToComeBack) {
  const Status never = Admit(kLimits, {0, 0, 0}, {1001, 0}, 7);
  ASSERT_FALSE(never.ok());
  EXPECT_EQ(never.error().code, ErrorCode::kTooLarge);
  EXPECT_FALSE(never.error().retry_after_seconds.has_value());
}

TEST(Admission, BudgetBelowTheNetworkNamesTheFlagAndTheLeastThatDoes) {
  constexpr std::size_t kMib = std::size_t{1} << 20;
  const auto check = [](std::size_t mib) {
    return CheckBudget({64, mib * kMib}, 345 * kMib + 1, "fast");
  };
  const Status little = check(345);
  ASSERT_FALSE(little.ok());
  EXPECT_EQ(little.error().field, "memory-budget-mib");
  EXPECT_NE(little.error().message.find("--memory-budget-mib: 345 is too"),
            std::string::npos);
  EXPECT_NE(little.error().message.find("give 363 at least"), std::string::npos)
      << little.error().message;
  EXPECT_FALSE(check(362).ok());
  EXPECT_TRUE(check(363).ok());
}

TEST(Admission, NeedAndBudgetAreToldInWholeMib) {
  constexpr std::size_t kMib = std::size_t{1} << 20;
  const Status never = CheckAlone({64, 64 * kMib}, {64 * kMib, kMib});
  ASSERT_FALSE(never.ok());
  const std::string& told = never.error().message;
  EXPECT_NE(told.find("need 65 MiB"), std::string::npos) << told;
  EXPECT_NE(told.find("use 64 MiB (--memory-budget-mib)"), std::string::npos)
      << told;
}

TEST(Admission, LoadOverTheBudgetDoesNotWrapAround) {
  EXPECT_FALSE(Admit(kLimits, {1, 1001, 0}, {1, 0}, 7).ok());
}

TEST(Admission, NetworkServesOneAtATimeSoOnlyTheLargestShareCounts) {
  EXPECT_TRUE(Admit(kLimits, {1, 100, 800}, {100, 700}, 7).ok());
  EXPECT_TRUE(Admit(kLimits, {1, 100, 700}, {100, 800}, 7).ok());
  EXPECT_FALSE(Admit(kLimits, {1, 100, 700}, {100, 801}, 7).ok());
  EXPECT_FALSE(Admit(kLimits, {1, 101, 800}, {100, 1}, 7).ok());
}

TEST(Admission, PictureWhoseNetworkCanNeverFitIsToldOfAStaticSize) {
  const Status never = Admit(kLimits, {0, 0, 0}, {1, 1000}, 7);
  ASSERT_FALSE(never.ok());
  EXPECT_EQ(never.error().code, ErrorCode::kTooLarge);
  EXPECT_NE(never.error().message.find("resize=static"), std::string::npos);
}

}  // namespace
}  // namespace prewarm
