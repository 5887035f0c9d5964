#include "warmup-controller/reconcile/history_size.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace prewarm {
namespace {

using std::chrono::milliseconds;

History Crowd(int targets) {
  History history;
  for (int i = 0; i < targets; ++i) {
    const std::string name = std::to_string(i);
    TargetHistory& target = history.targets["shop/Deployment/" + name];
    for (int start = 0; start < 64; ++start) {
      target.makespans.push_back({1, 1, false, milliseconds(start), false});
    }
    history.policies["shop/" + name].hours = {CivilDay(2026, 3, 2), 7, 0};
  }
  return history;
}

std::size_t SizeOf(const History& history) {
  return HistoryText(history, HistoryLayout::kDense).size();
}

TEST(HistorySize, WhatFitsStaysAsItIs) {
  const History crowd = Crowd(3);
  EXPECT_EQ(SizeOf(Within(crowd, SizeOf(crowd))), SizeOf(crowd));
}

TEST(HistorySize, EveryTargetKeepsItsNewestStarts) {
  const History crowd = Crowd(100);
  const History small = Within(crowd, SizeOf(crowd) / 5);
  EXPECT_LE(SizeOf(small), SizeOf(crowd) / 5);
  ASSERT_EQ(small.targets.size(), 100U);
  for (const auto& [key, target] : small.targets) {
    ASSERT_FALSE(target.makespans.empty());
    EXPECT_EQ(target.makespans.back().took, milliseconds(63));
  }
  EXPECT_EQ(small.policies.size(), 100U);
}

TEST(HistorySize, SpentHoursOutliveLeads) {
  const History crowd = Crowd(100);
  const History small = Within(crowd, 12000);
  EXPECT_TRUE(small.targets.empty());
  EXPECT_EQ(small.policies.size(), 100U);
  EXPECT_LE(SizeOf(Within(crowd, 1000)), 1000U);
  EXPECT_LE(SizeOf(Within(crowd, 100)), 100U);
}

TEST(HistorySize, RecordGetsShorterBeforeALeadIsForgotten) {
  History crowd = Crowd(10);
  const std::size_t room = SizeOf(crowd) + 4000;
  RecordMemory& record = crowd.record;
  record.until = Instant(std::chrono::hours(10));
  for (int i = 0; i < 500; ++i) {
    record.targets["shop/Deployment/0"].steps.push_back(
        {Instant(std::chrono::seconds(i)), i, 0, 0, true});
  }
  const History small = Within(crowd, room);
  EXPECT_LE(SizeOf(small), room);
  const auto& steps = small.record.targets.at("shop/Deployment/0").steps;
  ASSERT_FALSE(steps.empty());
  EXPECT_LT(steps.size(), 500U);
  EXPECT_EQ(steps.back().asked, 499);
  EXPECT_EQ(small.targets.at("shop/Deployment/9").makespans.size(), 64U);
  ShortenRecord(room, &crowd);
  EXPECT_EQ(HistoryText(crowd), HistoryText(small));
}

TEST(HistorySize, WhatSaysNothingIsNotKept) {
  History history;
  history.targets["shop/Deployment/a"] = {};
  history.policies["shop/a"].known_since = Instant();
  const History small = Within(history, 1000);
  EXPECT_TRUE(small.targets.empty());
  EXPECT_TRUE(small.policies.empty());
}

}  // namespace
}  // namespace prewarm
