#include "warmup-controller/calendar/cron.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace prewarm {
namespace {

Cron Parsed(const std::string& text) {
  auto cron = Cron::Parse(text);
  if (!cron.ok()) ADD_FAILURE() << cron.error().message;
  return cron.ok() ? *cron : *Cron::Parse("0 0 1 1 *");
}

// The next `count` matches after `from`, one a line.
std::string Nexts(const std::string& text, CivilMinute from, int count) {
  const Cron cron = Parsed(text);
  std::string lines;
  for (int i = 0; i < count; ++i) {
    from = cron.Next(from);
    char line[32];
    std::snprintf(line, sizeof line, "%04d-%02d-%02d %02d:%02d\n",
                  static_cast<int>(from.year()), from.month(), from.day(),
                  from.hour(), from.minute());
    lines += line;
  }
  return lines;
}

// Days of a month on which `days months weekdays` matches.
std::string DaysIn(const std::string& fields, int year, int month) {
  const Cron cron = Parsed("0 0 " + fields);
  std::string days;
  for (CivilDay day(year, month, 1); day.month() == month; ++day) {
    if (!cron.Matches(CivilMinute(day))) continue;
    days += (days.empty() ? "" : " ") + std::to_string(day.day());
  }
  return days;
}

const CivilMinute kStart(2026, 1, 1, 0, 0);

TEST(Cron, FieldsAreMinuteHourDayMonthWeekday) {
  EXPECT_EQ(Nexts("5 14 3 2 *", kStart, 1), "2026-02-03 14:05\n");
  EXPECT_EQ(Nexts("0 20 * * THU", kStart, 2),
            "2026-01-01 20:00\n2026-01-08 20:00\n");
}

TEST(Cron, ListsRangesAndSteps) {
  EXPECT_EQ(Nexts("0,30 8-9 * * *", kStart, 5),
            "2026-01-01 08:00\n2026-01-01 08:30\n2026-01-01 09:00\n"
            "2026-01-01 09:30\n2026-01-02 08:00\n");
  EXPECT_EQ(Nexts("*/20 0 * * *", kStart, 3),
            "2026-01-01 00:20\n2026-01-01 00:40\n2026-01-02 00:00\n");
  EXPECT_EQ(Nexts("0 10-20/5 * * *", kStart, 3),
            "2026-01-01 10:00\n2026-01-01 15:00\n2026-01-01 20:00\n");
}

TEST(Cron, StepAfterOneValueRunsToTheEnd) {
  EXPECT_EQ(Nexts("50/5 0 * * *", kStart, 3),
            "2026-01-01 00:50\n2026-01-01 00:55\n2026-01-02 00:50\n");
  EXPECT_EQ(DaysIn("* * 4/2", 2026, 11), "5 7 12 14 19 21 26 28");
}

TEST(Cron, NamesInAnyCase) {
  EXPECT_EQ(DaysIn("* nov mon,Wed", 2026, 11), "2 4 9 11 16 18 23 25 30");
  EXPECT_EQ(DaysIn("* NOV FRI", 2026, 10), "");
}

TEST(Cron, RangesOfWeekdaysMayWrap) {
  EXPECT_EQ(DaysIn("* * FRI-MON", 2026, 11),
            "1 2 6 7 8 9 13 14 15 16 20 21 22 23 27 28 29 30");
  EXPECT_EQ(DaysIn("* * 5-7", 2026, 11), "1 6 7 8 13 14 15 20 21 22 27 28 29");
}

TEST(Cron, SundayIsZeroAndSeven) {
  EXPECT_EQ(DaysIn("* * 0", 2026, 11), "1 8 15 22 29");
  EXPECT_EQ(DaysIn("* * 7", 2026, 11), "1 8 15 22 29");
  EXPECT_EQ(DaysIn("* * SUN-SUN", 2026, 11), "1 8 15 22 29");
}

TEST(Cron, EitherKindOfDayIsEnoughWhereBothAreRestricted) {
  EXPECT_EQ(DaysIn("13 * FRI", 2026, 11), "6 13 20 27");
  EXPECT_EQ(DaysIn("1,15 * MON", 2026, 11), "1 2 9 15 16 23 30");
}

TEST(Cron, BothKindsOfDaysMustHoldWhereOneBeginsWithAStar) {
  EXPECT_EQ(DaysIn("*/2 * MON", 2026, 11), "9 23");
  EXPECT_EQ(DaysIn("1-7 * *", 2026, 11), "1 2 3 4 5 6 7");
  EXPECT_EQ(DaysIn("? * MON", 2026, 11), "2 9 16 23 30");
  EXPECT_EQ(DaysIn("3 * ?", 2026, 11), "3");
}

TEST(Cron, LastDaysOfTheMonth) {
  EXPECT_EQ(DaysIn("L * *", 2026, 11), "30");
  EXPECT_EQ(DaysIn("L * *", 2026, 2), "28");
  EXPECT_EQ(DaysIn("L * *", 2028, 2), "29");
  EXPECT_EQ(DaysIn("L-2,L * *", 2026, 11), "28 30");
  EXPECT_EQ(DaysIn("L-30 * *", 2026, 11), "");
  EXPECT_EQ(DaysIn("L-30 * *", 2026, 12), "1");
}

TEST(Cron, WeekdayNearestToADayStaysWithinItsMonth) {
  EXPECT_EQ(DaysIn("15W * *", 2026, 11), "16");  // a Sunday
  EXPECT_EQ(DaysIn("14W * *", 2026, 11), "13");  // a Saturday
  EXPECT_EQ(DaysIn("17W * *", 2026, 11), "17");
  EXPECT_EQ(DaysIn("1W * *", 2026, 8), "3");    // Saturday, the first
  EXPECT_EQ(DaysIn("31W * *", 2026, 5), "29");  // Sunday, the last
  EXPECT_EQ(DaysIn("31W * *", 2026, 11), "");
}

TEST(Cron, LastWeekdayOfTheMonth) {
  EXPECT_EQ(DaysIn("LW * *", 2026, 11), "30");
  EXPECT_EQ(DaysIn("LW * *", 2026, 5), "29");   // the 31st is a Sunday
  EXPECT_EQ(DaysIn("LW * *", 2026, 10), "30");  // the 31st is a Saturday
}

TEST(Cron, NthAndLastDayOfTheWeek) {
  EXPECT_EQ(DaysIn("* * FRI#1", 2026, 11), "6");
  EXPECT_EQ(DaysIn("* * 1#5", 2026, 11), "30");
  EXPECT_EQ(DaysIn("* * 2#5", 2026, 11), "");
  EXPECT_EQ(DaysIn("* * 5L,7L", 2026, 11), "27 29");
  EXPECT_EQ(DaysIn("* * THUL", 2026, 11), "26");
}

TEST(Cron, NicknamesStandForWhatTheySay) {
  EXPECT_EQ(Nexts("@hourly", kStart, 1), "2026-01-01 01:00\n");
  EXPECT_EQ(Nexts("@Daily", kStart, 1), "2026-01-02 00:00\n");
  EXPECT_EQ(Nexts("@midnight", kStart, 1), "2026-01-02 00:00\n");
  EXPECT_EQ(Nexts("@weekly", kStart, 1), "2026-01-04 00:00\n");
  EXPECT_EQ(Nexts("@monthly", kStart, 1), "2026-02-01 00:00\n");
  EXPECT_EQ(Nexts("@yearly", kStart, 1), "2027-01-01 00:00\n");
  EXPECT_EQ(Nexts("@annually", kStart, 1), "2027-01-01 00:00\n");
}

TEST(Cron, LeapDayComesEveryFourYearsButNotInCenturies) {
  EXPECT_EQ(Nexts("0 0 29 2 *", CivilMinute(2090, 1, 1, 0, 0), 3),
            "2092-02-29 00:00\n2096-02-29 00:00\n2104-02-29 00:00\n");
}

TEST(Cron, FifthMondayOfFebruaryIsUpToFortyYearsFar) {
  EXPECT_EQ(Nexts("0 0 * 2 1#5", CivilMinute(2072, 3, 1, 0, 0), 1),
            "2112-02-29 00:00\n");
}

TEST(Cron, NextIsAfterAndPreviousBeforeTheGivenMinute) {
  const Cron cron = Parsed("30 9 * * *");
  const CivilMinute match(2026, 5, 5, 9, 30);
  EXPECT_TRUE(cron.Matches(match));
  EXPECT_EQ(cron.Next(match - 1), match);
  EXPECT_EQ(cron.Next(match), match + 1440);
  EXPECT_EQ(cron.Previous(match + 1), match);
  EXPECT_EQ(cron.Previous(match), match - 1440);
}

TEST(Cron, YearsEndBothWays) {
  EXPECT_EQ(Parsed("59 23 31 12 *").Next(CivilMinute(2026, 12, 31, 23, 59)),
            CivilMinute(2027, 12, 31, 23, 59));
  EXPECT_EQ(Parsed("0 0 1 1 *").Previous(CivilMinute(2027, 1, 1, 0, 0)),
            CivilMinute(2026, 1, 1, 0, 0));
}

// Skipping by field must find what asking minute by minute finds.
TEST(Cron, NextAndPreviousSkipNoMatch) {
  std::mt19937 random(20261125);
  const char* minutes[] = {"*", "0", "*/7", "3-5,59", "58/1"};
  const char* hours[] = {"*", "0", "23", "8-18/5", "0,12"};
  const char* days[] = {"*", "L", "15W", "1", "*/9", "28-31", "LW,L-3", "?"};
  const char* months[] = {"*", "2", "1-3,DEC", "*/5"};
  const char* weekdays[] = {"*", "MON", "FRI-SUN", "3#2", "5L", "*/3", "?"};
  const auto pick = [&random](const auto& from) {
    return std::string(from[random() % std::size(from)]) + " ";
  };
  for (int round = 0; round < 60; ++round) {
    const std::string text = pick(minutes) + pick(hours) + pick(days) +
                             pick(months) + pick(weekdays);
    const Cron cron = Parsed(text);
    CivilMinute at(2027, 1 + static_cast<int>(random() % 12),
                   static_cast<int>(random() % 28), 0,
                   static_cast<int>(random() % 1440));
    const CivilMinute next = cron.Next(at);
    for (CivilMinute m = at + 1; m < next; ++m) {
      ASSERT_FALSE(cron.Matches(m)) << text;
    }
    ASSERT_TRUE(cron.Matches(next)) << text;
    const CivilMinute previous = cron.Previous(at);
    for (CivilMinute m = at - 1; m > previous; --m) {
      ASSERT_FALSE(cron.Matches(m)) << text;
    }
    ASSERT_TRUE(cron.Matches(previous)) << text;
  }
}

TEST(Cron, KeepsItsTextAsWritten) {
  EXPECT_EQ(Parsed(" 0  8 * * mon-FRI").text(), " 0  8 * * mon-FRI");
}

struct WrongCron {
  const char* text;
  const char* says;
};

TEST(Cron, ErrorNamesFieldTextAndWhatWasExpected) {
  for (const auto& [text, says] : {
           WrongCron{"60 * * * *",
                     "minute \"60\": expected *, a, a-b, each with "
                     "/step, of 0 to 59"},
           WrongCron{"0 24 * * *", "hour \"24\""},
           WrongCron{"0 0 0 * *", "day of the month \"0\""},
           WrongCron{"0 0 32W * *", "day of the month \"32W\""},
           WrongCron{"0 0 L-31 * *", "day of the month \"L-31\""},
           WrongCron{"0 0 * 13 *", "month \"13\""},
           WrongCron{"0 0 * MAYBE *", "month \"MAYBE\""},
           WrongCron{"0 0 * * 8", "day of the week \"8\""},
           WrongCron{"0 0 * * 1#6", "day of the week \"1#6\""},
           WrongCron{"0 0 * * 1#0", "day of the week \"1#0\""},
           WrongCron{"0 0 * * L", "day of the week \"L\""},
           WrongCron{"*/0 * * * *", "a step of 1 to 59"},
           WrongCron{"*/60 * * * *", "a step of 1 to 59"},
           WrongCron{"1/2/3 * * * *", "minute \"1/2/3\""},
           WrongCron{"1-2-3 * * * *", "minute \"1-2-3\""},
           WrongCron{"1,,2 * * * *", "minute \"\""},
           WrongCron{"-1 * * * *", "minute \"-1\""},
           WrongCron{"? * * * *", "minute \"?\""},
           WrongCron{"0 22-6 * * *", "does not end before it begins"},
           WrongCron{"0 0 * * * *", "has 6 fields"},
           WrongCron{"0 0 * *", "has 4 fields"},
           WrongCron{"", "has 0 fields"},
           WrongCron{"@reboot", "has 1 field"},
           WrongCron{"@every 5m", "has 2 fields"},
           WrongCron{"0 0 H * *", "day of the month \"H\""},
           WrongCron{"0 0 30 2 *", "never comes"},
           WrongCron{"0 0 31 4,6,9,11 ?", "never comes"},
           WrongCron{"99999999999 * * * *", "minute \"99999999999\""},
       }) {
    const auto cron = Cron::Parse(text);
    ASSERT_FALSE(cron.ok()) << text;
    EXPECT_EQ(cron.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(cron.error().message.find(says), std::string::npos)
        << cron.error().message;
  }
  EXPECT_FALSE(Cron::Parse(std::string(100000, '*')).ok());
}

}  // namespace
}  // namespace prewarm
