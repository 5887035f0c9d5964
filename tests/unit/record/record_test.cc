#include "warmup-controller/record/record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <new>
#include <utility>

#include "tests/unit/report/statuses.h"

namespace prewarm {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr char kTarget[] = "shop/Deployment/server";

class RecordTest : public testing::Test {
 protected:
  void See(Instant at, int asked, int exist, int warm) {
    TargetStatus target = ATarget("shop", "server");
    target.desired = asked;
    target.current = exist;
    target.warm = warm;
    ControllerStatus status;
    status.at = at;
    AddPolicy(APolicy("shop", "hours"), &status);
    AddTarget(target, &status);
    book_.See(status);
  }
  TargetRecord Target() const { return book_.OfTarget(kTarget).value(); }
  std::vector<int> Existing() const {
    std::vector<int> counts;
    for (const CountStep& one : Target().steps) counts.push_back(one.exist);
    return counts;
  }
  static WarmupRecord Warmup(Instant ended) {
    WarmupRecord record;
    record.ended = ended;
    record.instance = "server-1";
    record.verified = true;
    return record;
  }

  RecordBook book_;
};

TEST_F(RecordTest, OnlyChangesAreSteps) {
  See(kThen, 0, 0, 0);
  See(kThen + seconds(1), 2, 0, 0);
  See(kThen + seconds(2), 2, 0, 0);
  See(kThen + seconds(9), 2, 2, 1);
  const auto& steps = Target().steps;
  ASSERT_EQ(steps.size(), 3U);
  EXPECT_EQ(steps[1].at, kThen + seconds(1));
  EXPECT_EQ(steps[1].asked, 2);
  EXPECT_EQ(steps[2].exist, 2);
  EXPECT_EQ(steps[2].warm, 1);
}

TEST_F(RecordTest, WithinOneSecondTheLastCountsAreTheStep) {
  See(kThen, 1, 0, 0);
  See(kThen, 1, 1, 0);
  See(kThen, 1, 1, 1);
  ASSERT_EQ(Target().steps.size(), 1U);
  EXPECT_EQ(Target().steps[0].warm, 1);
}

TEST_F(RecordTest, HoursAreThoseOfInstancesThatExisted) {
  See(kThen, 0, 2, 0);
  See(kThen + minutes(30), 0, 4, 0);
  See(kThen + minutes(60), 0, 0, 0);
  See(kThen + minutes(90), 0, 0, 0);
  EXPECT_DOUBLE_EQ(Target().account.hours, 1.5);
  EXPECT_DOUBLE_EQ(Target().account.instance_hours, 3);
  EXPECT_EQ(Target().account.since, kThen);
}

TEST_F(RecordTest, TimeInWhichNobodyLookedCountsForNothing) {
  See(kThen, 0, 2, 0);
  See(kThen + hours(1), 0, 2, 0);
  See(kThen + hours(3), 0, 2, 0);
  EXPECT_DOUBLE_EQ(Target().account.hours, 1);
  EXPECT_DOUBLE_EQ(Target().account.instance_hours, 2);
}

TEST_F(RecordTest, TimeInWhichNobodyLookedIsMarkedFromTheLastLookOn) {
  See(kThen, 0, 2, 1);
  See(kThen + minutes(30), 0, 2, 1);
  See(kThen + hours(3), 0, 2, 1);
  const auto& steps = Target().steps;
  ASSERT_EQ(steps.size(), 3U);
  EXPECT_FALSE(steps[1].known);
  EXPECT_EQ(steps[1].at, kThen + minutes(30) + seconds(1));
  EXPECT_TRUE(steps[2].known);
  EXPECT_EQ(steps[2].exist, 2);
}

TEST_F(RecordTest, TwoDaysAreKeptAndWhatHeldAtTheirBegin) {
  See(kThen, 0, 0, 0);
  See(kThen + hours(1), 0, 1, 0);
  book_.Warmed(kTarget, Warmup(kThen + hours(1)));
  for (int hour = 2; hour < 20; ++hour) See(kThen + hours(hour), 0, 1, 0);
  See(kThen + hours(20), 0, 2, 0);
  book_.Warmed(kTarget, Warmup(kThen + hours(20)));
  for (int hour = 21; hour <= 60; ++hour) See(kThen + hours(hour), 0, 2, 0);
  EXPECT_THAT(Existing(), testing::ElementsAre(1, 2));
  EXPECT_EQ(Target().steps_since, kThen + hours(12));
  ASSERT_EQ(Target().warmups.size(), 1U);
  EXPECT_EQ(Target().warmups[0].ended, kThen + hours(20));
  EXPECT_EQ(Target().account.since, kThen);
}

TEST_F(RecordTest, TooManyStepsLeaveTheNewestAndSaySo) {
  const int count = static_cast<int>(kMostSteps) + 10;
  for (int i = 0; i < count; ++i) See(kThen + seconds(i), i, 0, 0);
  EXPECT_EQ(Target().steps.size(), kMostSteps);
  EXPECT_EQ(Target().steps.back().asked, count - 1);
  EXPECT_EQ(Target().steps_since, kThen + seconds(10));
}

TEST_F(RecordTest, TooManyWarmupsLeaveTheNewestAndSaySo) {
  See(kThen, 0, 0, 0);
  const int count = static_cast<int>(kMostWarmups) + 5;
  for (int i = 0; i < count; ++i) {
    book_.Warmed(kTarget, Warmup(kThen + seconds(i)));
  }
  EXPECT_EQ(Target().warmups.size(), kMostWarmups);
  EXPECT_EQ(Target().warmups_since, kThen + seconds(5));
}

TEST_F(RecordTest, LongErrorsAreCut) {
  See(kThen, 0, 0, 0);
  WarmupRecord failed = Warmup(kThen);
  failed.error = std::string(100'000, 'x');
  book_.Warmed(kTarget, failed);
  EXPECT_EQ(Target().warmups[0].error.size(), 300U);
}

TEST_F(RecordTest, WhoIsInNoStatusIsForgotten) {
  See(kThen, 0, 1, 0);
  book_.Judged("shop/hours", {kThen, 1, kThen, seconds(0), false}, kThen);
  ControllerStatus nothing;
  nothing.at = kThen + seconds(1);
  book_.See(nothing);
  EXPECT_FALSE(book_.OfTarget(kTarget).has_value());
  EXPECT_TRUE(book_.OfPolicy("shop/hours").openings.empty());
  See(kThen + seconds(2), 0, 1, 0);
  EXPECT_EQ(Target().account.since, kThen + seconds(2));
}

TEST_F(RecordTest, ClockThatIsSetBackLeavesNothingInTheFuture) {
  See(kThen, 0, 1, 0);
  See(kThen + hours(1), 0, 2, 0);
  book_.Warmed(kTarget, Warmup(kThen + hours(1)));
  book_.Judged("shop/hours",
               {kThen + hours(1), 1, std::nullopt, seconds(0), false},
               kThen + hours(1));
  See(kThen + minutes(30), 0, 3, 0);
  EXPECT_THAT(Existing(), testing::ElementsAre(1, 3));
  EXPECT_TRUE(Target().warmups.empty());
  EXPECT_TRUE(book_.OfPolicy("shop/hours").openings.empty());
  EXPECT_LE(Target().steps_since, kThen + minutes(30));
}

TEST_F(RecordTest, OpeningsOfTwoDaysAreKeptAndNoMoreThanMay) {
  const auto judge = [this](Instant due) {
    book_.Judged("shop/hours", {due, 1, due, seconds(3), false}, due);
  };
  judge(kThen);
  judge(kThen + hours(49));
  ASSERT_EQ(book_.OfPolicy("shop/hours").openings.size(), 1U);
  for (std::size_t i = 0; i < kMostOpenings + 3; ++i) {
    judge(kThen + hours(49) + minutes(i));
  }
  EXPECT_EQ(book_.OfPolicy("shop/hours").openings.size(), kMostOpenings);
}

TEST_F(RecordTest, OpeningsAreInTheOrderOfTheirTimes) {
  for (const int minute : {5, 2, 9}) {
    book_.Judged("shop/hours",
                 {kThen + minutes(minute), 1, std::nullopt, seconds(0), false},
                 kThen + minutes(10));
  }
  const auto& openings = book_.OfPolicy("shop/hours").openings;
  ASSERT_EQ(openings.size(), 3U);
  EXPECT_EQ(openings[0].due, kThen + minutes(2));
  EXPECT_EQ(openings[2].due, kThen + minutes(9));
}

TEST_F(RecordTest, OneThatWasLateForDaysLeavesNothingBroken) {
  book_.Judged("shop/hours",
               {kThen, 1, std::nullopt, -seconds(hours(60)), false},
               kThen + hours(60));
  EXPECT_TRUE(book_.OfPolicy("shop/hours").openings.empty());
}

TEST_F(RecordTest, AccountsAreOfTargetsThatWereSeen) {
  See(kThen, 0, 1, 0);
  book_.Warmed("shop/Deployment/unseen", Warmup(kThen));
  EXPECT_EQ(book_.Accounts().size(), 1U);
  EXPECT_FALSE(book_.OfTarget("shop/Deployment/unseen").has_value());
}

// Of the book that another process goes on with.
class RememberedRecordTest : public RecordTest {
 protected:
  void SetUp() override {
    See(kThen, 0, 0, 0);
    See(kThen + minutes(30), 2, 2, 1);
    book_.Warmed(kTarget, Warmup(kThen + minutes(30)));
    Judge(kThen + minutes(30));
    See(kThen + minutes(40), 2, 2, 1);
  }
  void Judge(Instant due) {
    book_.Judged("shop/hours", {due, 2, due, seconds(0), false}, due);
  }
  void Restart() {
    RecordMemory memory = book_.Remembered();
    book_.~RecordBook();
    new (&book_) RecordBook;
    book_.Remember(std::move(memory));
  }
};

TEST_F(RememberedRecordTest, NextControllerGoesOnWhereTheLastOneEnded) {
  Restart();
  See(kThen + minutes(60), 2, 2, 2);
  EXPECT_EQ(Target().account.since, kThen);
  EXPECT_DOUBLE_EQ(Target().account.hours, 1);
  EXPECT_DOUBLE_EQ(Target().account.instance_hours, 1);
  EXPECT_THAT(Existing(), testing::ElementsAre(0, 2, 2));
  EXPECT_EQ(Target().warmups.size(), 1U);
  EXPECT_EQ(Target().steps_since, kThen);
  EXPECT_EQ(book_.OfPolicy("shop/hours").openings.size(), 1U);
}

TEST_F(RememberedRecordTest, LongAbsenceCountsForNothingAndIsMarked) {
  Restart();
  See(kThen + hours(5), 0, 0, 0);
  EXPECT_NEAR(Target().account.hours, 2.0 / 3, 1e-9);
  ASSERT_EQ(Target().steps.size(), 4U);
  EXPECT_FALSE(Target().steps[2].known);
  EXPECT_EQ(Target().steps[2].at, kThen + minutes(40) + seconds(1));
}

TEST_F(RememberedRecordTest, WhatEndsBeforeTheFirstStatusIsAddedToIt) {
  Restart();
  book_.Warmed(kTarget, Warmup(kThen + minutes(50)));
  Judge(kThen + minutes(50));
  See(kThen + minutes(51), 2, 2, 2);
  EXPECT_EQ(Target().warmups.size(), 2U);
  EXPECT_EQ(book_.OfPolicy("shop/hours").openings.size(), 2U);
}

TEST_F(RememberedRecordTest, WhoIsNotThereYetIsRememberedForAnHour) {
  Restart();
  ControllerStatus nothing;
  nothing.at = kThen + minutes(41);
  book_.See(nothing);
  EXPECT_FALSE(book_.OfTarget(kTarget).has_value());
  EXPECT_EQ(book_.Remembered().targets.count(kTarget), 1U);
  See(kThen + minutes(60), 2, 2, 1);
  EXPECT_EQ(Target().account.since, kThen);
  Restart();
  nothing.at = kThen + hours(2);
  book_.See(nothing);
  nothing.at = kThen + hours(4);
  book_.See(nothing);
  EXPECT_TRUE(book_.Remembered().targets.empty());
  EXPECT_TRUE(book_.Remembered().policies.empty());
}

TEST_F(RememberedRecordTest, MemoryOfTheFutureIsCutAtNow) {
  Restart();
  See(kThen + minutes(10), 1, 1, 0);
  EXPECT_THAT(Existing(), testing::ElementsAre(0, 1));
  EXPECT_TRUE(Target().warmups.empty());
  EXPECT_TRUE(book_.OfPolicy("shop/hours").openings.empty());
}

TEST_F(RememberedRecordTest, OneThatHasSeenNothingRemembersWhatItWasTold) {
  Restart();
  Restart();
  EXPECT_EQ(book_.Remembered().until, kThen + minutes(40));
  EXPECT_EQ(book_.Remembered().targets.size(), 1U);
}

}  // namespace
}  // namespace prewarm
