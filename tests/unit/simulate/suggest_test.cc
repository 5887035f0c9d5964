#include "warmup-controller/simulate/suggest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/schedule/plan.h"
#include "warmup-controller/policy/policy_reader.h"
#include "warmup-controller/policy/write_policy.h"
#include "warmup-controller/simulate/weekly_load.h"

namespace prewarm {
namespace {

const Moment kFirstMonday = MomentOf(Utc(2026, 3, 2));  // a Monday
const Moment kFourWeeksLater = kFirstMonday + Moment{28} * 24 * kHour;

// Office hours of Berlin, on work days, with a request a minute; otherwise
// nothing.
std::vector<Moment> OfficeHours() {
  const Zone berlin = *Zone::Load("Europe/Berlin");
  std::vector<Moment> arrivals;
  for (Moment at = kFirstMonday; at < kFourWeeksLater; at += 60 * kSecond) {
    const CivilMinute local = berlin.MinuteAt(InstantOf(at));
    const int weekday = WeekdayOf(CivilDay(local));
    if (weekday == 0 || weekday == 6) continue;
    if (local.hour() >= 9 && local.hour() < 17) arrivals.push_back(at);
  }
  return arrivals;
}

class SuggestTest : public testing::Test {
 protected:
  SuggestTest() {
    base_ = PolicyOf("Europe/Berlin", {});
    base_.name = "a";
    base_.target = {"apps/v1", "Deployment", "server"};
    base_.max_replicas = 5;
  }
  Suggestion Suggested(double most_cold) {
    return SuggestWindows(base_, options_, arrivals_, kFirstMonday,
                          kFourWeeksLater, most_cold);
  }

  Policy base_;
  ScenarioOptions options_;
  std::vector<Moment> arrivals_ = OfficeHours();
};

TEST_F(SuggestTest, FindsTheHoursThatThereAre) {
  const Suggestion suggestion = Suggested(0.001);
  ASSERT_TRUE(suggestion.reaches_goal);
  const Candidate& best = suggestion.candidates[suggestion.best];
  EXPECT_LE(best.cold_share, 0.001);
  // Eight hours on twenty days are 160; with leads and smoothing some more, and
  // far fewer than the 672 of always-on.
  EXPECT_LT(best.instance_hours, 240);
  for (const Window& window : best.policy.windows) {
    const auto& times = std::get<DailyTimes>(window.times);
    EXPECT_FALSE(times.days[0] || times.days[6]) << window.name;
  }
}

TEST_F(SuggestTest, WhatIsPromisedHoldsOnDaysWithoutWindows) {
  // Mondays and Tuesdays are holidays.
  std::vector<CivilDays> holidays;
  for (const int day : {2, 3, 9, 10, 16, 17, 23, 24}) {
    const CivilDay date(2026, 3, day);
    holidays.push_back({date, date + 1});
  }
  const Suggestion suggestion =
      SuggestWindows(base_, options_, arrivals_, kFirstMonday, kFourWeeksLater,
                     0.001, holidays);
  const Candidate& best = suggestion.candidates[suggestion.best];
  const auto judged =
      RunScenarios(best.policy, Schedule(best.policy, holidays), options_,
                   arrivals_, kFirstMonday, kFourWeeksLater);
  EXPECT_EQ(best.cold_requests, judged[0].cold_requests);
  EXPECT_GT(best.cold_requests, 0);
  EXPECT_DOUBLE_EQ(best.instance_hours, judged[0].instance_hours);
}

TEST_F(SuggestTest, LowerGoalNeverCostsMore) {
  double before = 1e9;
  for (const double goal : {0.0, 0.01, 0.1, 0.5, 1.0}) {
    const Suggestion suggestion = Suggested(goal);
    const Candidate& best = suggestion.candidates[suggestion.best];
    if (!suggestion.reaches_goal) continue;
    EXPECT_LE(best.cold_share, goal);
    EXPECT_LE(best.instance_hours, before);
    before = best.instance_hours;
  }
}

TEST_F(SuggestTest, VisitorsCountNoLongerThanTheGoalNeeds) {
  base_.intent.enabled = true;
  base_.intent.daily_instance_hours = 24;
  options_.visits.think = DurationModel::Lognormal(40, 1);
  options_.visits.conversion = 0.1;
  const Suggestion suggestion = Suggested(0.9);
  ASSERT_TRUE(suggestion.reaches_goal);
  const Candidate& best = suggestion.candidates[suggestion.best];
  ASSERT_TRUE(best.policy.intent.ttl.has_value());
  EXPECT_THAT(best.how, testing::HasSubstr("a visitor counts for"));
  for (const Candidate& other : suggestion.candidates) {
    if (other.policy.intent.ttl || other.cold_share > 0.9) continue;
    EXPECT_GT(other.instance_hours, best.instance_hours) << other.how;
  }
  const auto read = ReadPolicies({{"suggested", WritePolicy(best.policy)}});
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ((*read)[0].intent.ttl, best.policy.intent.ttl);
}

TEST_F(SuggestTest, GoalThatNothingReachesSaysSo) {
  base_.instance_hours_per_day = 0.01;
  const Suggestion suggestion = Suggested(0);
  EXPECT_FALSE(suggestion.reaches_goal);
  for (const Candidate& candidate : suggestion.candidates) {
    EXPECT_GE(candidate.cold_share,
              suggestion.candidates[suggestion.best].cold_share);
  }
}

TEST_F(SuggestTest, PolicyIsOneThatTheReaderTakes) {
  for (const Candidate& candidate : Suggested(0.01).candidates) {
    const std::string text = WritePolicy(candidate.policy);
    const auto read = ReadPolicies({{"p.yaml", text}});
    ASSERT_TRUE(read.ok()) << read.error().message << text;
    EXPECT_EQ(read->front().windows.size(), candidate.policy.windows.size());
  }
}

TEST_F(SuggestTest, IntentsAloneAreACandidate) {
  base_.intent.enabled = true;
  const Suggestion suggestion = Suggested(0.5);
  EXPECT_TRUE(suggestion.candidates.front().policy.windows.empty());
  EXPECT_EQ(suggestion.candidates.front().how, "no windows");
}

TEST(WeeklyLoad, IsTheAverageOfTheGroupsDays) {
  std::vector<Moment> noons;
  for (Moment day = 0; day < 28; ++day) {
    // Two on work days, none at weekends.
    if (day % 7 >= 5) continue;
    noons.push_back(kFirstMonday + day * 24 * kHour + 12 * kHour);
    noons.push_back(kFirstMonday + day * 24 * kHour + 12 * kHour + 1);
  }
  const DayGroup work = {"work", std::bitset<7>("0111110")};
  const DayLoad load =
      LoadOf(work, Zone::Utc(), noons, kFirstMonday, kFourWeeksLater);
  double sum = 0;
  for (const double slot : load) sum += slot;
  EXPECT_NEAR(sum, 2, 1e-9);
  EXPECT_NEAR(load[24], 2 * 4.0 / 16, 1e-9);  // the kernel's middle
  EXPECT_EQ(load[10], 0);
  const DayGroup sunday = {"sun", std::bitset<7>("0000001")};
  EXPECT_EQ(
      LoadOf(sunday, Zone::Utc(), noons, kFirstMonday, kFourWeeksLater)[24], 0);
}

TEST(WeeklyLoad, FloorsBecomeWindowsWithinEachOther) {
  std::array<int, kSlotsPerDay> floors{};
  for (int slot = 16; slot < 40; ++slot) floors[slot] = 1;
  for (int slot = 20; slot < 24; ++slot) floors[slot] = 3;
  floors[47] = 1;
  std::vector<Window> windows;
  AddWindows({"day", std::bitset<7>("1111111")}, floors, &windows);
  ASSERT_EQ(windows.size(), 3U);
  EXPECT_EQ(windows[0].name, "day-8h-1");
  EXPECT_EQ(std::get<DailyTimes>(windows[0].times).until, 20 * 60);
  EXPECT_EQ(windows[1].name, "day-23h30-1");
  EXPECT_EQ(std::get<DailyTimes>(windows[1].times).until, 24 * 60);
  EXPECT_EQ(windows[2].replicas, 3);
  EXPECT_EQ(std::get<DailyTimes>(windows[2].times).from, 10 * 60);
}

}  // namespace
}  // namespace prewarm
