#include "warmup-controller/policy/dates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace prewarm {
namespace {

using testing::HasSubstr;

std::string ErrorOfDates(const std::string& text) {
  const auto days = ParseDates(text);
  EXPECT_FALSE(days.ok()) << "was read: " << text;
  return days.ok() ? "" : days.error().message;
}

std::int64_t Seconds(const std::string& text) {
  const auto instant = ParseInstant(text);
  EXPECT_TRUE(instant.ok()) << text;
  return instant.ok() ? instant->time_since_epoch().count() : 0;
}

TEST(Dates, OneDateIsOneDay) {
  const auto days = ParseDates("2026-12-25");
  ASSERT_TRUE(days.ok());
  EXPECT_EQ(days->first, CivilDay(2026, 12, 25));
  EXPECT_EQ(days->last, CivilDay(2026, 12, 26));
}

TEST(Dates, RangeHasBothEnds) {
  const auto days = ParseDates("2026-12-24/2026-12-26");
  ASSERT_TRUE(days.ok());
  EXPECT_EQ(days->first, CivilDay(2026, 12, 24));
  EXPECT_EQ(days->last, CivilDay(2026, 12, 27));
}

TEST(Dates, DayThatTheMonthLacksIsRefused) {
  for (const char* text :
       {"2026-02-29", "2026-04-31", "2026-13-01", "2026-00-10", "2026-01-00"}) {
    EXPECT_THAT(ErrorOfDates(text), HasSubstr("expected a date")) << text;
  }
  EXPECT_TRUE(ParseDates("2028-02-29").ok());
}

TEST(Dates, AnythingElseIsRefused) {
  for (const char* text :
       {"", "2026-1-2", "25.12.2026", "12/25/2026", "20261225", "1999-12-31",
        "2200-01-01", "2026-12-25T00:00:00Z", "2026-12-24/", "/2026-12-24",
        "2026-12-24/2026-12-25/2026-12-26", "2026-12-2x"}) {
    EXPECT_THAT(ErrorOfDates(text), HasSubstr("expected a date")) << text;
  }
}

TEST(Dates, RangeThatRunsBackwardsIsRefused) {
  EXPECT_EQ(ErrorOfDates("2026-12-26/2026-12-24"),
            "got \"2026-12-26/2026-12-24\", expected the first day before the "
            "slash, the last one behind");
}

TEST(Dates, AreFormattedAsTheyAreRead) {
  for (const char* text : {"2026-12-25", "2026-12-24/2027-01-01"}) {
    EXPECT_EQ(FormatDates(*ParseDates(text)), text);
  }
}

TEST(Instants, OffsetIsTakenAway) {
  EXPECT_EQ(Seconds("2000-01-01T00:00:00Z"), 946684800);
  EXPECT_EQ(Seconds("2026-12-24T18:00:00+01:00"),
            Seconds("2026-12-24T17:00:00Z"));
  EXPECT_EQ(Seconds("2026-12-24t18:00:00-05:30"),
            Seconds("2026-12-24T23:30:00z"));
}

TEST(Instants, PartsOfASecondAreCutOff) {
  EXPECT_EQ(Seconds("2026-12-24T17:00:01.999Z"),
            Seconds("2026-12-24T17:00:01Z"));
}

TEST(Instants, WithoutOffsetIsRefused) {
  const auto instant = ParseInstant("2026-12-24T18:00:00");
  ASSERT_FALSE(instant.ok());
  EXPECT_EQ(instant.error().message,
            "got \"2026-12-24T18:00:00\", expected a date and time with its "
            "offset from UTC, such as 2026-12-24T18:00:00+01:00 or "
            "2026-12-24T17:00:00Z");
}

TEST(Instants, AnythingElseIsRefused) {
  for (const char* text :
       {"", "2026-12-24", "2026-12-24 18:00:00Z", "2026-12-24T18:00Z",
        "2026-12-24T24:00:00Z", "2026-12-24T18:60:00Z", "2026-12-24T18:00:60Z",
        "2026-02-30T18:00:00Z", "2026-12-24T18:00:00.Z",
        "2026-12-24T18:00:00.5", "2026-12-24T18:00:00+0100",
        "2026-12-24T18:00:00+24:00", "2026-12-24T18:00:00 01:00",
        "2026-12-24T18:00:00ZZ", "2026-12-24T1x:00:00Z"}) {
    EXPECT_FALSE(ParseInstant(text).ok()) << text;
  }
}

}  // namespace
}  // namespace prewarm
