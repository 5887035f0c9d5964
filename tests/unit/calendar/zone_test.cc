#include "warmup-controller/calendar/zone.h"

#include <gtest/gtest.h>

#include <string>

namespace prewarm {
namespace {

Zone Load(const std::string& name) {
  auto zone = Zone::Load(name);
  EXPECT_TRUE(zone.ok()) << name;
  return zone.ok() ? *zone : Zone::Utc();
}

Instant At(std::int64_t seconds) {
  return Instant(std::chrono::seconds(seconds));
}

TEST(Civil, SundayIsZeroAsInCron) {
  EXPECT_EQ(WeekdayOf(CivilDay(2026, 11, 22)), 0);
  EXPECT_EQ(WeekdayOf(CivilDay(2026, 11, 25)), 3);
  EXPECT_EQ(WeekdayOf(CivilDay(2026, 11, 28)), 6);
}

TEST(Zone, LocalMinuteOfAnInstantCutsSecondsOff) {
  // 2026-07-01T10:59:59Z.
  EXPECT_EQ(Load("Europe/Berlin").MinuteAt(At(1782903599)),
            CivilMinute(2026, 7, 1, 12, 59));
  EXPECT_EQ(Load("Asia/Kathmandu").MinuteAt(At(1782903599)),
            CivilMinute(2026, 7, 1, 16, 44));
  EXPECT_EQ(Zone::Utc().MinuteAt(At(-1)), CivilMinute(1969, 12, 31, 23, 59));
}

TEST(Zone, LocalTimeInAGapIsTheFirstInstantAfterIt) {
  const LocalTime local =
      Load("Europe/Berlin").At(CivilMinute(2026, 3, 29, 2, 30));
  EXPECT_EQ(local.kind, LocalTime::Kind::kSkipped);
  EXPECT_EQ(local.first, At(1774746000));  // 01:00Z, 03:00 there
  EXPECT_EQ(local.second, local.first);
}

TEST(Zone, RepeatedLocalTimeHasBothItsInstants) {
  const LocalTime local =
      Load("Europe/Berlin").At(CivilMinute(2026, 10, 25, 2, 30));
  EXPECT_EQ(local.kind, LocalTime::Kind::kRepeated);
  EXPECT_EQ(local.first, At(1792888200));  // 00:30Z
  EXPECT_EQ(local.second - local.first, std::chrono::hours(1));
}

TEST(Zone, GapOfHalfAnHourIsOne) {
  // Lord Howe's clocks go forward by 30 minutes.
  const LocalTime local =
      Load("Australia/Lord_Howe").At(CivilMinute(2026, 10, 4, 2, 15));
  EXPECT_EQ(local.kind, LocalTime::Kind::kSkipped);
}

TEST(Zone, DayThatASamoanSkippedIsAGap) {
  const LocalTime local =
      Load("Pacific/Apia").At(CivilMinute(2011, 12, 30, 12, 0));
  EXPECT_EQ(local.kind, LocalTime::Kind::kSkipped);
  EXPECT_EQ(Load("Pacific/Apia").MinuteAt(local.first),
            CivilMinute(2011, 12, 31, 0, 0));
}

TEST(Zone, EveryOtherTimeIsUnique) {
  const Zone berlin = Load("Europe/Berlin");
  for (const auto& local :
       {CivilMinute(2026, 3, 29, 1, 59), CivilMinute(2026, 3, 29, 3, 0),
        CivilMinute(2026, 10, 25, 1, 59), CivilMinute(2026, 10, 25, 3, 0)}) {
    EXPECT_EQ(berlin.At(local).kind, LocalTime::Kind::kUnique);
    EXPECT_EQ(berlin.MinuteAt(berlin.At(local).first), local);
  }
}

TEST(Zone, KeepsItsName) {
  EXPECT_EQ(Load("America/Argentina/Ushuaia").name(),
            "America/Argentina/Ushuaia");
  EXPECT_EQ(Load("UTC").name(), "UTC");
  EXPECT_EQ(Load("Etc/GMT+2").name(), "Etc/GMT+2");
}

TEST(Zone, WhatIsNoNameOfTheDatabaseIsNotFound) {
  for (const char* name :
       {"", "Berlin", "europe/berlin", "UTC+2", "CET-1CEST,M3.5.0,M10.5.0/3",
        "Fixed/UTC+02:00:00", "/etc/localtime", "../../../etc/passwd",
        "Europe/../Europe/Berlin", "Europe/", "Europe//Berlin", "localtime",
        "right/Europe/Berlin", "tzdata.zi", "Europe"}) {
    const auto zone = Zone::Load(name);
    ASSERT_FALSE(zone.ok()) << name;
    EXPECT_EQ(zone.error().code, ErrorCode::kNotFound);
    EXPECT_NE(zone.error().message.find("Europe/Berlin"), std::string::npos);
  }
  EXPECT_FALSE(Zone::Load(std::string(5000, 'a')).ok());
  EXPECT_FALSE(Zone::Load(std::string("Europe/Berlin\0x", 15)).ok());
}

}  // namespace
}  // namespace prewarm
