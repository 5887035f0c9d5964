#include "warmup-controller/schedule/schedule.h"

#include <random>

#include "tests/unit/schedule/plan.h"

namespace prewarm {
namespace {

constexpr auto kSecond = std::chrono::seconds(1);
const std::string kEveryDay = "1111111";

Policy InUtc(std::vector<Window> windows) {
  return PolicyOf("UTC", std::move(windows));
}

CivilDays Day(int year, int month, int day) {
  const CivilDay first(year, month, day);
  return {first, first + 1};
}

TEST(Schedule, WindowIsHalfOpen) {
  const Schedule schedule(InUtc({Daily(kEveryDay, 540, 1080, 3)}));
  EXPECT_EQ(schedule.At(Utc(2026, 5, 4, 9) - kSecond).floor, 0);
  EXPECT_EQ(schedule.At(Utc(2026, 5, 4, 9)).floor, 3);
  EXPECT_EQ(schedule.At(Utc(2026, 5, 4, 18) - kSecond).floor, 3);
  EXPECT_EQ(schedule.At(Utc(2026, 5, 4, 18)).floor, 0);
}

TEST(Schedule, NextTransitionIsAfterAndNotAtTheInstant) {
  const Schedule schedule(InUtc({Daily(kEveryDay, 540, 1080)}));
  const Instant opens = Utc(2026, 5, 4, 9);
  EXPECT_EQ(schedule.NextTransition(opens - kSecond), opens);
  EXPECT_EQ(schedule.NextTransition(opens), Utc(2026, 5, 4, 18));
}

TEST(Schedule, NoWindowsNeverChange) {
  const Schedule schedule(InUtc({}));
  EXPECT_EQ(schedule.NextTransition(Utc(2026, 1, 1)), std::nullopt);
  EXPECT_TRUE(schedule.At(Utc(2026, 1, 1)).active.empty());
  EXPECT_EQ(Schedule(InUtc({Daily("0000000", 0, 60)}))
                .NextTransition(Utc(2026, 1, 1)),
            std::nullopt);
}

TEST(Schedule, CloseNotLaterThanOpenIsOfTheNextDay) {
  EXPECT_EQ(Plan(InUtc({Daily("0000010", 1320, 360)}), Utc(2026, 5, 7),
                 Utc(2026, 5, 12)),
            "05-07 00:00 0\n05-08 22:00 1\n05-09 06:00 0\n");
  EXPECT_EQ(Plan(InUtc({Daily("0000010", 540, 540)}), Utc(2026, 5, 7),
                 Utc(2026, 5, 12)),
            "05-07 00:00 0\n05-08 09:00 1\n05-09 09:00 0\n");
}

TEST(Schedule, TwentyFourHoursIsTheEndOfTheDay) {
  EXPECT_EQ(Plan(InUtc({Daily("0000010", 1080, 1440)}), Utc(2026, 5, 7),
                 Utc(2026, 5, 12)),
            "05-07 00:00 0\n05-08 18:00 1\n05-09 00:00 0\n");
}

TEST(Schedule, OccurrencesThatTouchOrOverlapAreOne) {
  const Schedule week(InUtc({Daily("0111110", 0, 1440)}));
  const ScheduleState state = week.At(Utc(2026, 5, 6, 12));
  ASSERT_EQ(state.active.size(), 1U);
  EXPECT_EQ(state.active[0].opens, Utc(2026, 5, 4));
  EXPECT_EQ(state.active[0].closes, Utc(2026, 5, 9));
  EXPECT_EQ(Plan(InUtc({Elapsing("0 8,9,10 * * *", 90)}), Utc(2026, 5, 7),
                 Utc(2026, 5, 8)),
            "05-07 00:00 0\n05-07 08:00 1\n05-07 11:30 0\n");
  EXPECT_EQ(Plan(InUtc({Elapsing("* 8-17 * * *", 1)}), Utc(2026, 5, 7),
                 Utc(2026, 5, 8)),
            "05-07 00:00 0\n05-07 08:00 1\n05-07 18:00 0\n");
}

TEST(Schedule, WhatNeverClosesHasNoTransition) {
  for (const Window& window :
       {Daily(kEveryDay, 0, 1440), Daily(kEveryDay, 600, 600),
        Elapsing("0 * * * *", 60), Pair("0 0 * * *", "0 0 * * *")}) {
    const Schedule schedule(InUtc({window}));
    const ScheduleState state = schedule.At(Utc(2026, 5, 6, 12));
    ASSERT_EQ(state.active.size(), 1U);
    EXPECT_EQ(state.active[0].opens, std::nullopt);
    EXPECT_EQ(state.active[0].closes, std::nullopt);
    EXPECT_EQ(schedule.NextTransition(Utc(2026, 5, 6, 12)), std::nullopt);
  }
}

TEST(Schedule, PairIsOpenFromAStartToTheNextEnd) {
  EXPECT_EQ(Plan(InUtc({Pair("0 8 * * MON", "0 18 * * WED")}), Utc(2026, 5, 3),
                 Utc(2026, 5, 11)),
            "05-03 00:00 0\n05-04 08:00 1\n05-06 18:00 0\n");
}

TEST(Schedule, StartAtTheMinuteOfAnEndOpensAnew) {
  EXPECT_EQ(Plan(InUtc({Pair("0 8,12 * * *", "0 12,18 * * *")}),
                 Utc(2026, 5, 3), Utc(2026, 5, 4)),
            "05-03 00:00 0\n05-03 08:00 1\n05-03 18:00 0\n");
}

TEST(Schedule, StartsAndEndsThatRepeatChangeNothing) {
  EXPECT_EQ(Plan(InUtc({Pair("0 8-10 * * *", "0 18-20 * * *")}),
                 Utc(2026, 5, 3), Utc(2026, 5, 4)),
            "05-03 00:00 0\n05-03 08:00 1\n05-03 18:00 0\n");
}

TEST(Schedule, MonthsLeapDaysAndYearsEnd) {
  const Policy policy = InUtc({Elapsing("0 23 L * *", 120)});
  EXPECT_EQ(Plan(policy, Utc(2028, 2, 2), Utc(2028, 4, 1)),
            "02-02 00:00 0\n02-29 23:00 1\n03-01 01:00 0\n03-31 23:00 1\n");
  EXPECT_EQ(Plan(policy, Utc(2026, 12, 31), Utc(2027, 1, 2)),
            "12-31 00:00 0\n12-31 23:00 1\n01-01 01:00 0\n");
  EXPECT_EQ(Schedule(InUtc({Elapsing("0 0 29 2 *", 60)}))
                .NextTransition(Utc(2096, 3, 1)),
            Utc(2104, 2, 29));
}

TEST(Schedule, SeasonOfMonthsIsOneOccurrence) {
  const Schedule schedule(InUtc({Pair("0 0 1 11 *", "0 0 10 1 *")}));
  const ScheduleState state = schedule.At(Utc(2026, 12, 31, 23, 59));
  ASSERT_EQ(state.active.size(), 1U);
  EXPECT_EQ(state.active[0].opens, Utc(2026, 11, 1));
  EXPECT_EQ(state.active[0].closes, Utc(2027, 1, 10));
}

TEST(Schedule, WindowHasItsOwnZone) {
  Window tokyo = Daily(kEveryDay, 540, 600);
  auto zone = Zone::Load("Asia/Tokyo");
  ASSERT_TRUE(zone.ok());
  tokyo.zone = *zone;
  EXPECT_EQ(Plan(PolicyOf("Europe/Berlin", {tokyo}), Utc(2026, 5, 3, 12),
                 Utc(2026, 5, 4, 12)),
            "05-03 12:00 0\n05-04 00:00 1\n05-04 01:00 0\n");
}

// keda#6846.
TEST(Schedule, ExceptionDateDropsTheWindowsThatStartOnIt) {
  Policy policy =
      InUtc({Daily(kEveryDay, 540, 1080), Pair("0 20 * * *", "0 2 * * *", 2)});
  policy.except.days = {Day(2026, 12, 25)};
  EXPECT_EQ(Plan(policy, Utc(2026, 12, 24, 19), Utc(2026, 12, 26, 10)),
            "12-24 19:00 0\n12-24 20:00 2\n12-25 02:00 0\n12-26 09:00 1\n");
}

TEST(Schedule, ExceptionDateIsOfTheWindowsZone) {
  Policy policy = PolicyOf("America/New_York", {Daily(kEveryDay, 1200, 1260)});
  policy.except.days = {Day(2026, 12, 25)};
  EXPECT_EQ(Plan(policy, Utc(2026, 12, 24, 12), Utc(2026, 12, 27, 12)),
            "12-24 12:00 0\n12-25 01:00 1\n12-25 02:00 0\n"
            "12-27 01:00 1\n12-27 02:00 0\n");
}

TEST(Schedule, HolidaysOfCalendarsDropWindowsToo) {
  const Policy policy = InUtc({Elapsing("0 8 * * *", 60)});
  const CivilDays summer{CivilDay(2026, 7, 1), CivilDay(2026, 9, 1)};
  const Schedule schedule(policy, {Day(2026, 8, 3), summer});
  EXPECT_EQ(schedule.NextTransition(Utc(2026, 6, 30, 9)), Utc(2026, 9, 1, 8));
}

TEST(Schedule, ExceptionWithinAMergedOccurrenceCutsIt) {
  Policy policy = InUtc({Daily(kEveryDay, 0, 1440)});
  policy.except.days = {Day(2026, 12, 25)};
  EXPECT_EQ(Plan(policy, Utc(2026, 12, 20), Utc(2027, 1, 2)),
            "12-20 00:00 1\n12-25 00:00 0\n12-26 00:00 1\n");
}

TEST(Schedule, PolicysMinimumHoldsWithoutAWindow) {
  Policy policy = InUtc({Daily(kEveryDay, 540, 1080, 1)});
  policy.min_replicas = 2;
  const ScheduleState state = Schedule(policy).At(Utc(2026, 5, 4, 12));
  EXPECT_EQ(state.floor, 2);
  EXPECT_EQ(state.winner, std::nullopt);
  EXPECT_EQ(state.active.size(), 1U);
}

TEST(Schedule, FirstOfEqualWindowsWins) {
  const Schedule schedule(
      InUtc({Daily(kEveryDay, 0, 600, 2), Daily(kEveryDay, 0, 660, 5),
             Daily(kEveryDay, 0, 720, 5)}));
  EXPECT_EQ(schedule.At(Utc(2026, 5, 4, 9)).winner, 1U);
  EXPECT_EQ(schedule.At(Utc(2026, 5, 4, 11)).winner, 2U);
}

TEST(Schedule, TransitionWithoutChangeOfTheFloorIsOne) {
  EXPECT_EQ(
      Plan(InUtc({Daily(kEveryDay, 60, 180, 5), Daily(kEveryDay, 120, 150, 3)}),
           Utc(2026, 5, 4), Utc(2026, 5, 5)),
      "05-04 00:00 0\n05-04 01:00 5\n05-04 02:00 5\n05-04 02:30 5\n"
      "05-04 03:00 0\n");
}

// keda#3646: schedules that fight. Window i is open in the hours whose bit i is
// set, so 64 hours hold every combination of six.
TEST(Schedule, EveryCombinationOfOverlapsHasItsMaximum) {
  constexpr int kWindows = 6;
  const int replicas[kWindows] = {3, 1, 4, 1, 5, 2};
  std::vector<Window> windows;
  const Instant begin = Utc(2026, 5, 1);
  for (int i = 0; i < kWindows; ++i) {
    std::string hours[3];
    for (int hour = 0; hour < 1 << kWindows; ++hour) {
      if ((hour >> i & 1) == 0) continue;
      std::string& of_day = hours[hour / 24];
      of_day += (of_day.empty() ? "" : ",") + std::to_string(hour % 24);
    }
    for (int day = 0; day < 3; ++day) {
      if (hours[day].empty()) continue;
      windows.push_back(
          Elapsing("0 " + hours[day] + " " + std::to_string(day + 1) + " 5 *",
                   60, replicas[i]));
    }
  }
  const Schedule schedule(InUtc(windows));
  for (int hour = 0; hour < 1 << kWindows; ++hour) {
    int floor = 0;
    std::size_t open = 0;
    for (int i = 0; i < kWindows; ++i) {
      if ((hour >> i & 1) == 0) continue;
      floor = std::max(floor, replicas[i]);
      ++open;
    }
    const Instant at = begin + std::chrono::hours(hour);
    EXPECT_EQ(schedule.At(at).floor, floor) << hour;
    EXPECT_EQ(schedule.At(at + std::chrono::minutes(59)).active.size(), open);
    if (open > 0) {
      EXPECT_EQ(schedule.NextTransition(at), at + std::chrono::hours(1));
    }
  }
}

// cronhpa keeps timers in memory: whatever is asked before, and of whichever
// copy, the answer is the clock's.
TEST(Schedule, RestartInsideAWindowLosesNothing) {
  const Policy policy =
      PolicyOf("Europe/Berlin",
               {Daily("0111110", 540, 1080, 3), Elapsing("0 20 * * THU", 90, 8),
                Pair("30 1 * * *", "30 2 * * *", 2)});
  const Schedule old(policy);
  const Instant begin = Utc(2026, 3, 20);
  std::mt19937 random(7);
  std::optional<Instant> at = begin;
  for (int i = 0; i < 300 && at; ++i) {
    const Instant next = *old.NextTransition(*at);
    const Instant between =
        *at + std::chrono::seconds(random() % (next - *at).count());
    const Schedule restarted(policy);
    EXPECT_EQ(restarted.At(between).floor, old.At(*at).floor);
    EXPECT_EQ(restarted.At(between).active.size(), old.At(*at).active.size());
    EXPECT_EQ(restarted.NextTransition(between), next);
    at = next;
  }
}

TEST(Schedule, OldAndFarYearsAreAnsweredAsWell) {
  const Schedule schedule(
      PolicyOf("Europe/Berlin", {Daily(kEveryDay, 540, 1080)}));
  EXPECT_EQ(schedule.NextTransition(Utc(1981, 7, 1)), Utc(1981, 7, 1, 7));
  EXPECT_EQ(schedule.NextTransition(Utc(2250, 7, 1)), Utc(2250, 7, 1, 7));
}

}  // namespace
}  // namespace prewarm
