#include "warmup-controller/decide/instance_care.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace prewarm {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using Phase = Instance::Phase;

const Instant kNow = Instant(std::chrono::hours(500'000));

class CareTest : public testing::Test {
 protected:
  CareTest() {
    policy_.warmup.jitter = std::chrono::milliseconds(0);
    policy_.max_replicas = 10;
  }

  Instance& Add(const std::string& id, Phase phase, seconds ago) {
    Instance instance;
    instance.id = id;
    instance.phase = phase;
    instance.since = kNow - ago;
    instance.proven_at = kNow - ago;
    observed_.instances.push_back(instance);
    return observed_.instances.back();
  }
  Instance& AddFailed(const std::string& id, int failures, seconds ago) {
    Instance& instance = Add(id, Phase::kCold, minutes(20));
    instance.failures = failures;
    instance.failed_at = kNow - ago;
    return instance;
  }
  InstanceCare Care(int floor = 10) {
    return CareFor(policy_, observed_, floor, kNow);
  }

  Policy policy_;
  Observed observed_;
};

TEST_F(CareTest, ColdOnesAreWarmedThoseThatWaitLongestFirst) {
  Add("a", Phase::kCold, seconds(1));
  Add("b", Phase::kStarting, seconds(5));
  Add("c", Phase::kCold, seconds(9));
  Add("d", Phase::kCold, seconds(5));
  EXPECT_THAT(Care().warm, ElementsAre(2U, 3U));
}

TEST_F(CareTest, WhatIsBeingProvenAgainCountsAsACallAndIsNotCalledTwice) {
  Add("a", Phase::kWarm, minutes(30)).proving = true;
  Add("b", Phase::kWarm, minutes(20));
  Add("c", Phase::kWarm, minutes(20));
  EXPECT_THAT(Care().prove, ElementsAre(1U));
}

TEST_F(CareTest, NoMoreThanTheParallelismAtOnce) {
  Add("a", Phase::kWarming, seconds(1));
  Add("b", Phase::kCold, seconds(5));
  Add("c", Phase::kCold, seconds(9));
  EXPECT_THAT(Care().warm, ElementsAre(2U));
  Add("d", Phase::kWarming, seconds(1));
  EXPECT_THAT(Care().warm, IsEmpty());
}

TEST_F(CareTest, WhoFailedWaitsAndComesAfterWhoDidNot) {
  AddFailed("a", 1, seconds(2));
  AddFailed("b", 3, seconds(7));
  Add("c", Phase::kCold, seconds(0));
  const InstanceCare care = Care();
  EXPECT_THAT(care.warm, ElementsAre(2U, 0U));
  EXPECT_EQ(care.next, kNow + seconds(1));
}

TEST_F(CareTest, BackoffDoublesUpToALimit) {
  policy_.warmup.retries = 20;
  AddFailed("a", 3, seconds(7));
  EXPECT_EQ(Care().next, kNow + seconds(1));
  observed_.instances.clear();
  AddFailed("b", 15, seconds(59));
  EXPECT_EQ(Care().next, kNow + seconds(1));
  AddFailed("c", 15, seconds(60));
  EXPECT_THAT(Care().warm, ElementsAre(1U));
}

TEST_F(CareTest, ProofsThatDoNotLastBackOffWithoutEndAndReplaceNothing) {
  Instance& lapsed = Add("a", Phase::kCold, seconds(1));
  lapsed.lapses = 2;
  lapsed.failed_at = kNow - seconds(3);
  EXPECT_THAT(Care().warm, IsEmpty());
  EXPECT_EQ(Care().next, kNow + seconds(1));
  lapsed.lapses = 100;
  lapsed.failed_at = kNow - minutes(1);
  EXPECT_THAT(Care().warm, ElementsAre(0U));
  EXPECT_THAT(Care().replace, IsEmpty());
}

TEST_F(CareTest, FirstCallsAreSpreadByTheJitter) {
  policy_.warmup.jitter = seconds(9);
  std::set<seconds> waits;
  for (int i = 0; i < 100; ++i) {
    observed_.instances.clear();
    Add("pod-" + std::to_string(i), Phase::kCold, seconds(0));
    const InstanceCare care = Care();
    const seconds wait = care.next ? *care.next - kNow : seconds(0);
    EXPECT_LE(wait, seconds(9));
    EXPECT_EQ(care.warm.empty(), wait > seconds(0));
    EXPECT_EQ(Care().next, care.next);  // the same for every controller
    waits.insert(wait);
  }
  EXPECT_EQ(waits.size(), 10U);
}

TEST_F(CareTest, WarmOnesAreProvenAgainWhenTheirTimeHasCome) {
  policy_.warmup.reverify = minutes(10);
  Add("a", Phase::kWarm, minutes(9));
  Add("b", Phase::kWarm, minutes(10));
  Add("c", Phase::kWarm, minutes(12));
  Add("d", Phase::kWarm, minutes(11));
  const InstanceCare care = Care();
  EXPECT_THAT(care.prove, ElementsAre(2U, 3U));
  EXPECT_EQ(care.next, kNow + minutes(1));
  policy_.warmup.reverify = minutes(0);
  EXPECT_THAT(Care().prove, IsEmpty());
}

TEST_F(CareTest, ProvingAgainYieldsToFirstWarmUps) {
  Add("a", Phase::kWarm, minutes(12));
  Add("b", Phase::kCold, minutes(1));
  Add("c", Phase::kCold, minutes(1));
  const InstanceCare care = Care();
  EXPECT_THAT(care.warm, ElementsAre(1U, 2U));
  EXPECT_THAT(care.prove, IsEmpty());
}

TEST_F(CareTest, WhatNeverGetsWarmIsReplacedOneAtATime) {
  AddFailed("a", 4, seconds(1));
  AddFailed("b", 4, seconds(9));
  AddFailed("c", 3, seconds(9));
  const InstanceCare care = Care();
  EXPECT_THAT(care.replace, ElementsAre(1U));
  EXPECT_THAT(care.warm, ElementsAre(2U));
}

TEST_F(CareTest, WhatNeverAnswersIsReplacedAfterTheLongestStart) {
  policy_.lead_time.max = minutes(5);
  policy_.warmup.timeout = minutes(1);
  Add("a", Phase::kStarting, minutes(6) - seconds(1));
  EXPECT_THAT(Care().replace, IsEmpty());
  EXPECT_EQ(Care().next, kNow + seconds(1));
  Add("b", Phase::kStarting, minutes(6));
  EXPECT_THAT(Care().replace, ElementsAre(1U));
}

TEST_F(CareTest, NothingIsReplacedThatIsNotNeeded) {
  AddFailed("a", 4, seconds(1));
  Add("b", Phase::kWarm, seconds(1));
  EXPECT_THAT(Care(1).replace, IsEmpty());
  EXPECT_THAT(Care(2).replace, ElementsAre(0U));
}

TEST_F(CareTest, WhoIsGivenUpAndNotReplacedIsCalledOnSeldom) {
  AddFailed("a", 4, minutes(5) - seconds(1));
  EXPECT_THAT(Care(0).warm, IsEmpty());
  EXPECT_EQ(Care(0).next, kNow + seconds(1));
  AddFailed("b", 9, minutes(5));
  EXPECT_THAT(Care(0).warm, ElementsAre(1U));
}

TEST_F(CareTest, WhoIsGivenUpTakesNoCallThatOthersWaitFor) {
  policy_.warmup.parallelism = 2;
  AddFailed("a", 4, minutes(9));
  AddFailed("b", 4, minutes(8));
  Add("c", Phase::kCold, seconds(1));
  EXPECT_THAT(Care(0).warm, ElementsAre(2U, 0U));
  policy_.warmup.reverify = minutes(10);
  Add("d", Phase::kWarm, minutes(20));
  EXPECT_THAT(Care(0).warm, ElementsAre(2U));
  EXPECT_THAT(Care(0).prove, ElementsAre(3U));
}

TEST_F(CareTest, WhoIsReplacedIsNotCalledAsWell) {
  AddFailed("a", 4, minutes(9));
  EXPECT_THAT(Care(1).replace, ElementsAre(0U));
  EXPECT_THAT(Care(1).warm, IsEmpty());
}

TEST_F(CareTest, ReplacementsThatDoNotHelpBecomeRare) {
  AddFailed("a", 4, seconds(1));
  observed_.replacements = 3;
  observed_.replaced_at = kNow - minutes(4) + seconds(1);
  EXPECT_THAT(Care().replace, IsEmpty());
  EXPECT_EQ(Care().next, kNow + seconds(1));
  observed_.replaced_at = kNow - minutes(4);
  EXPECT_THAT(Care().replace, ElementsAre(0U));
  observed_.replacements = 1000;
  observed_.replaced_at = kNow - minutes(32);
  EXPECT_THAT(Care().replace, ElementsAre(0U));
}

TEST_F(CareTest, SuspendedAndDryRunTouchNothing) {
  Add("a", Phase::kCold, seconds(9));
  policy_.suspend = true;
  EXPECT_THAT(Care().warm, IsEmpty());
  policy_.suspend = false;
  policy_.dry_run = true;
  EXPECT_THAT(Care().warm, IsEmpty());
}

}  // namespace
}  // namespace prewarm
