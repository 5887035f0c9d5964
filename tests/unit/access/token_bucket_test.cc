#include "common/access/token_bucket.h"

#include <gtest/gtest.h>

#include <chrono>

namespace prewarm {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const SteadyTime kStart{seconds(1000)};

TEST(TokenBuckets, NoRateMeansNoLimit) {
  TokenBuckets buckets({0, 1});
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(buckets.Take("a", kStart).ok());
}

TEST(TokenBuckets, BurstThenRefusedWithTheTimeOfTheNextToken) {
  TokenBuckets buckets({0.25, 2});
  EXPECT_TRUE(buckets.Take("a", kStart).ok());
  EXPECT_TRUE(buckets.Take("a", kStart).ok());
  const Status refused = buckets.Take("a", kStart);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kResourceExhausted);
  EXPECT_EQ(refused.error().retry_after_seconds, 4);
}

TEST(TokenBuckets, RefillsWithTime) {
  TokenBuckets buckets({2, 1});
  EXPECT_TRUE(buckets.Take("a", kStart).ok());
  EXPECT_FALSE(buckets.Take("a", kStart + milliseconds(400)).ok());
  EXPECT_TRUE(buckets.Take("a", kStart + milliseconds(500)).ok());
}

TEST(TokenBuckets, NeverHoldsMoreThanTheBurst) {
  TokenBuckets buckets({1, 2});
  EXPECT_TRUE(buckets.Take("a", kStart).ok());
  const SteadyTime later = kStart + std::chrono::hours(1);
  EXPECT_TRUE(buckets.Take("a", later).ok());
  EXPECT_TRUE(buckets.Take("a", later).ok());
  EXPECT_FALSE(buckets.Take("a", later).ok());
}

TEST(TokenBuckets, KeysDoNotShare) {
  TokenBuckets buckets({1, 1});
  EXPECT_TRUE(buckets.Take("a", kStart).ok());
  EXPECT_FALSE(buckets.Take("a", kStart).ok());
  EXPECT_TRUE(buckets.Take("b", kStart).ok());
}

TEST(TokenBuckets, LeastRecentlyUsedIsForgottenBeyondTheCapacity) {
  TokenBuckets buckets({1, 1}, 2);
  EXPECT_TRUE(buckets.Take("a", kStart).ok());
  EXPECT_TRUE(buckets.Take("b", kStart).ok());
  EXPECT_FALSE(buckets.Take("a", kStart).ok());  // a is the recent one now
  EXPECT_TRUE(buckets.Take("c", kStart).ok());   // b is forgotten
  EXPECT_FALSE(buckets.Take("a", kStart).ok());
  EXPECT_TRUE(buckets.Take("b", kStart).ok());
}

TEST(TokenBuckets, TinyRateGivesABoundedRetryAfter) {
  TokenBuckets buckets({1e-12, 1});
  EXPECT_TRUE(buckets.Take("a", kStart).ok());
  const Status refused = buckets.Take("a", kStart);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().retry_after_seconds, 24 * 3600);
}

TEST(TokenBuckets, ClockThatStandsStillGivesNothing) {
  TokenBuckets buckets({1000, 1});
  EXPECT_TRUE(buckets.Take("a", kStart).ok());
  const Status refused = buckets.Take("a", kStart - seconds(5));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().retry_after_seconds, 1);
}

}  // namespace
}  // namespace prewarm
