#include "warmup-controller/calendar/ical.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>

namespace prewarm {
namespace {

// The file of events, each given as its properties.
std::string Calendar(const std::string& events) {
  return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + events + "END:VCALENDAR\r\n";
}
std::string Event(const std::string& properties) {
  return "BEGIN:VEVENT\r\n" + properties + "END:VEVENT\r\n";
}

Result<std::vector<CivilDays>> Read(const std::string& text,
                                    const std::string& zone = "Europe/Berlin",
                                    const CivilDay& from = CivilDay(2026, 1, 1),
                                    const CivilDay& until = CivilDay(2029, 1,
                                                                     1)) {
  return ReadHolidays(text, *Zone::Load(zone), from, until);
}

// "2026-12-25+2": that day and the next one; blanks between.
std::string Days(const Result<std::vector<CivilDays>>& holidays) {
  if (!holidays.ok()) return holidays.error().message;
  std::string text;
  for (const CivilDays& days : *holidays) {
    char part[32];
    std::snprintf(part, sizeof part, "%s%d-%02d-%02d+%d",
                  text.empty() ? "" : " ", static_cast<int>(days.first.year()),
                  days.first.month(), days.first.day(),
                  static_cast<int>(days.last - days.first));
    text += part;
  }
  return text;
}

std::string DaysOf(const std::string& properties,
                   const std::string& zone = "Europe/Berlin") {
  return Days(Read(Calendar(Event(properties)), zone));
}

TEST(Ical, AllDayEventIsTheSameDayEverywhere) {
  const std::string event = "DTSTART;VALUE=DATE:20261225\r\n";
  for (const char* zone : {"UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"}) {
    EXPECT_EQ(DaysOf(event, zone), "2026-12-25+1");
  }
}

TEST(Ical, EndOfAnAllDayEventIsTheFirstDayAfter) {
  EXPECT_EQ(DaysOf("DTSTART;VALUE=DATE:20261225\r\n"
                   "DTEND;VALUE=DATE:20261227\r\n"),
            "2026-12-25+2");
  EXPECT_EQ(DaysOf("DTSTART;VALUE=DATE:20261225\r\n"
                   "DTEND;VALUE=DATE:20261225\r\n"),
            "2026-12-25+1");
  EXPECT_EQ(DaysOf("DTSTART;VALUE=DATE:20261225\r\nDURATION:P1W\r\n"),
            "2026-12-25+7");
}

TEST(Ical, DaysThatMeetAreJoinedAndSorted) {
  EXPECT_EQ(Days(Read(Calendar(Event("DTSTART;VALUE=DATE:20261226\r\n") +
                               Event("DTSTART;VALUE=DATE:20260501\r\n") +
                               Event("DTSTART;VALUE=DATE:20261225\r\n") +
                               Event("DTSTART;VALUE=DATE:20261225\r\n")))),
            "2026-05-01+1 2026-12-25+2");
}

TEST(Ical, OnlyDaysOfTheRangeCount) {
  EXPECT_EQ(Days(Read(Calendar(Event("DTSTART;VALUE=DATE:20251220\r\n"
                                     "DTEND;VALUE=DATE:20260103\r\n") +
                               Event("DTSTART;VALUE=DATE:20290101\r\n")))),
            "2026-01-01+2");
}

TEST(Ical, TimedEventIsTakenToTheZone) {
  const std::string utc =
      "DTSTART:20261224T230000Z\r\nDTEND:20261225T230000Z\r\n";
  EXPECT_EQ(DaysOf(utc), "2026-12-25+1");
  EXPECT_EQ(DaysOf(utc, "UTC"), "2026-12-24+2");
  EXPECT_EQ(DaysOf("DTSTART;TZID=America/New_York:20261224T200000\r\n"
                   "DURATION:PT1H\r\n"),
            "2026-12-25+1");
  EXPECT_EQ(DaysOf("DTSTART:20261225T100000\r\nDTEND:20261225T235959\r\n",
                   "Asia/Tokyo"),
            "2026-12-25+1");
}

TEST(Ical, EventThatEndsAtMidnightDoesNotTouchTheNextDay) {
  EXPECT_EQ(DaysOf("DTSTART:20261225T100000\r\nDTEND:20261226T000000\r\n"),
            "2026-12-25+1");
  EXPECT_EQ(DaysOf("DTSTART:20261225T000000\r\n"), "2026-12-25+1");
}

TEST(Ical, FoldedLinesAndQuotedParametersAreRead) {
  EXPECT_EQ(DaysOf("DTSTART;X-A=\"a;b:c\";VAL\r\n UE=DATE:2026\r\n\t1225\r\n"),
            "2026-12-25+1");
  EXPECT_EQ(Days(Read("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261225\n"
                      "END:VEVENT\nEND:VCALENDAR")),
            "2026-12-25+1");
}

TEST(Ical, WhatIsNotOfTheEventIsIgnored) {
  EXPECT_EQ(Days(Read(Calendar(
                "BEGIN:VTIMEZONE\r\nTZID:X\r\nBEGIN:STANDARD\r\n"
                "DTSTART:19961027T030000\r\nRRULE:FREQ=YEARLY;BYSETPOS=1\r\n"
                "END:STANDARD\r\nEND:VTIMEZONE\r\n"
                "BEGIN:VTODO\r\nDTSTART:20260701\r\nEND:VTODO\r\n" +
                Event("DTSTART:20261225\r\nSUMMARY:Weihnachten: frei\r\n"
                      "BEGIN:VALARM\r\nDURATION:PT5M\r\nEND:VALARM\r\n")))),
            "2026-12-25+1");
}

TEST(Ical, CancelledEventsDoNotCount) {
  EXPECT_EQ(DaysOf("DTSTART:20261225\r\nSTATUS:CANCELLED\r\n"), "");
  EXPECT_EQ(DaysOf("DTSTART:20261225\r\nSTATUS:CONFIRMED\r\n"), "2026-12-25+1");
}

TEST(Ical, YearlyHolidayComesEveryYear) {
  EXPECT_EQ(DaysOf("DTSTART:19901003\r\nRRULE:FREQ=YEARLY\r\n"),
            "2026-10-03+1 2027-10-03+1 2028-10-03+1");
  EXPECT_EQ(DaysOf("DTSTART:20240229\r\nRRULE:FREQ=YEARLY\r\n"),
            "2028-02-29+1");
}

TEST(Ical, YearlyOnTheNthWeekdayOfAMonth) {
  // Thanksgiving; Memorial Day.
  EXPECT_EQ(DaysOf("DTSTART:20201126\r\n"
                   "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH\r\n"),
            "2026-11-26+1 2027-11-25+1 2028-11-23+1");
  EXPECT_EQ(DaysOf("DTSTART:20200525\r\n"
                   "RRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO\r\n"),
            "2026-05-25+1 2027-05-31+1 2028-05-29+1");
}

TEST(Ical, YearlyOnTheNthWeekdayOfTheYear) {
  EXPECT_EQ(DaysOf("DTSTART:20250519\r\nRRULE:FREQ=YEARLY;BYDAY=20MO\r\n"),
            "2026-05-18+1 2027-05-17+1 2028-05-15+1");
}

TEST(Ical, WeekdaysLimitDaysOfTheMonth) {
  // Fridays the 13th.
  EXPECT_EQ(DaysOf("DTSTART:20260213\r\n"
                   "RRULE:FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;COUNT=4\r\n"),
            "2026-02-13+1 2026-03-13+1 2026-11-13+1 2027-08-13+1");
}

TEST(Ical, MonthlyRules) {
  EXPECT_EQ(DaysOf("DTSTART:20260131\r\nRRULE:FREQ=MONTHLY;COUNT=3\r\n"),
            "2026-01-31+1 2026-03-31+1 2026-05-31+1");
  EXPECT_EQ(DaysOf("DTSTART:20260131\r\n"
                   "RRULE:FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3\r\n"),
            "2026-01-31+1 2026-02-28+1 2026-03-31+1");
  EXPECT_EQ(DaysOf("DTSTART:20260105\r\nRRULE:FREQ=MONTHLY;INTERVAL=2;"
                   "BYDAY=1MO;UNTIL=20260601\r\n"),
            "2026-01-05+1 2026-03-02+1 2026-05-04+1");
}

TEST(Ical, WeeklyRulesCountWeeksFromTheirStart) {
  // The example of RFC 5545, 3.8.5.3: only WKST differs.
  EXPECT_EQ(
      Days(Read(Calendar(Event("DTSTART:19970805\r\nRRULE:FREQ=WEEKLY;"
                               "INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO\r\n")),
                "UTC", CivilDay(1997, 1, 1), CivilDay(1998, 1, 1))),
      "1997-08-05+1 1997-08-10+1 1997-08-19+1 1997-08-24+1");
  EXPECT_EQ(
      Days(Read(Calendar(Event("DTSTART:19970805\r\nRRULE:FREQ=WEEKLY;"
                               "INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU\r\n")),
                "UTC", CivilDay(1997, 1, 1), CivilDay(1998, 1, 1))),
      "1997-08-05+1 1997-08-17+1 1997-08-19+1 1997-08-31+1");
  EXPECT_EQ(DaysOf("DTSTART:20260105\r\nRRULE:FREQ=WEEKLY;COUNT=2\r\n"),
            "2026-01-05+1 2026-01-12+1");
}

TEST(Ical, DailyRules) {
  EXPECT_EQ(
      DaysOf("DTSTART:20260105\r\nRRULE:FREQ=DAILY;INTERVAL=3;COUNT=3\r\n"),
      "2026-01-05+1 2026-01-08+1 2026-01-11+1");
  EXPECT_EQ(DaysOf("DTSTART:20260105\r\nRRULE:FREQ=DAILY;UNTIL=20260107\r\n"),
            "2026-01-05+3");
  EXPECT_EQ(DaysOf("DTSTART:20251230\r\n"
                   "RRULE:FREQ=DAILY;BYMONTH=1;UNTIL=20260103T000000Z\r\n"),
            "2026-01-01+3");
}

TEST(Ical, CountCountsWhatWasBeforeTheRange) {
  EXPECT_EQ(DaysOf("DTSTART:20241225\r\nRRULE:FREQ=YEARLY;COUNT=3\r\n"),
            "2026-12-25+1");
}

TEST(Ical, LongEventOfARuleReachesIntoTheRange) {
  EXPECT_EQ(DaysOf("DTSTART:20241220\r\nDTEND:20250110\r\n"
                   "RRULE:FREQ=YEARLY;COUNT=2\r\n"),
            "2026-01-01+9");
}

TEST(Ical, RepeatedTimedEventKeepsItsWallTimeAcrossAChange) {
  // 23:30 in New York is the next day in Berlin, in summer and in winter.
  EXPECT_EQ(DaysOf("DTSTART;TZID=America/New_York:20261031T233000\r\n"
                   "DURATION:PT10M\r\nRRULE:FREQ=DAILY;COUNT=3\r\n"),
            "2026-11-01+3");
}

TEST(Ical, MoreDatesAndDatesWithout) {
  EXPECT_EQ(DaysOf("DTSTART:20260105\r\nRRULE:FREQ=WEEKLY;COUNT=4\r\n"
                   "RDATE:20260301,20260303\r\nEXDATE:20260112,20260126\r\n"),
            "2026-01-05+1 2026-01-19+1 2026-03-01+1 2026-03-03+1");
  EXPECT_EQ(DaysOf("DTSTART;TZID=Europe/Berlin:20260105T090000\r\n"
                   "DURATION:PT8H\r\nRRULE:FREQ=DAILY;COUNT=3\r\n"
                   "EXDATE:20260106T080000Z\r\n"),
            "2026-01-05+1 2026-01-07+1");
}

TEST(Ical, ExceptionCountsAsOneOfTheCount) {
  EXPECT_EQ(DaysOf("DTSTART:20260105\r\nRRULE:FREQ=DAILY;COUNT=3\r\n"
                   "EXDATE:20260105\r\n"),
            "2026-01-06+2");
}

TEST(Ical, ReplacedEventTakesThePlaceOfItsDate) {
  const std::string series =
      Event("UID:a\r\nDTSTART:20260105\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\n");
  EXPECT_EQ(
      Days(Read(Calendar(series + Event("UID:a\r\nRECURRENCE-ID:20260112\r\n"
                                        "DTSTART:20260114\r\n")))),
      "2026-01-05+1 2026-01-14+1 2026-01-19+1");
  EXPECT_EQ(Days(Read(Calendar(
                Event("UID:a\r\nRECURRENCE-ID:20260112\r\nDTSTART:20260112\r\n"
                      "STATUS:CANCELLED\r\n") +
                series))),
            "2026-01-05+1 2026-01-19+1");
  EXPECT_EQ(
      Days(Read(Calendar(series + Event("UID:b\r\nRECURRENCE-ID:20260112\r\n"
                                        "DTSTART:20260114\r\n")))),
      "2026-01-05+1 2026-01-12+1 2026-01-14+1 2026-01-19+1");
}

struct WrongEvent {
  const char* event;
  const char* says;
};

TEST(Ical, ErrorNamesLinePropertyAndValue) {
  for (const auto& [event, says] : {
           WrongEvent{"DTSTART:2026-12-25\r\n",
                      "line 4: DTSTART \"2026-12-25\": expected a date"},
           WrongEvent{"DTSTART:20260230\r\n", "expected a date"},
           WrongEvent{"DTSTART:20260101T250000\r\n", "expected a date"},
           WrongEvent{"DTSTART:20260101T2500\r\n", "expected a date"},
           WrongEvent{"DTSTART;TZID=Mars/Base:20260101T100000\r\n",
                      "\"Mars/Base\" is not in the IANA database"},
           WrongEvent{"SUMMARY:x\r\n",
                      "line 3: BEGIN \"VEVENT\": DTSTART is missing"},
           WrongEvent{"DTSTART:20260102\r\nDTEND:20260101\r\n",
                      "before DTSTART"},
           WrongEvent{"DTSTART:20260102\r\nDTEND:20260101T100000\r\n",
                      "in kind"},
           WrongEvent{"DTSTART:20260102\r\nDURATION:PT5M\r\n",
                      "DURATION of days"},
           WrongEvent{"DTSTART:20260102\r\nDURATION:5M\r\n",
                      "expected a duration"},
           WrongEvent{"DTSTART:20260102\r\nDURATION:P1DT\r\n",
                      "expected a duration"},
           WrongEvent{"DTSTART:20260102\r\nDURATION:P999999999W\r\n",
                      "expected a duration"},
           WrongEvent{"DTSTART:20260102\r\nDTEND:20260103\r\nDURATION:P1D\r\n",
                      "exclude each other"},
           WrongEvent{"DTSTART:20260102\r\nRRULE:FREQ=HOURLY\r\n",
                      "\"FREQ=HOURLY\" is not understood"},
           WrongEvent{
               "DTSTART:20260102\r\nRRULE:FREQ=YEARLY;BYSETPOS=1\r\n",
               "line 5: RRULE \"FREQ=YEARLY;BYSETPOS=1\": \"BYSETPOS=1\""},
           WrongEvent{"DTSTART:20260102\r\nRRULE:FREQ=YEARLY;BYMONTH=13\r\n",
                      "BYMONTH=13"},
           WrongEvent{"DTSTART:20260102\r\nRRULE:FREQ=YEARLY;BYMONTHDAY=0\r\n",
                      "BYMONTHDAY=0"},
           WrongEvent{"DTSTART:20260102\r\nRRULE:FREQ=WEEKLY;BYDAY=2MO\r\n",
                      "needs MONTHLY or YEARLY"},
           WrongEvent{"DTSTART:20260102\r\nRRULE:FREQ=WEEKLY;BYMONTHDAY=1\r\n",
                      "does not go with WEEKLY"},
           WrongEvent{"DTSTART:20260102\r\nRRULE:FREQ=DAILY;INTERVAL=0\r\n",
                      "INTERVAL=0"},
           WrongEvent{"DTSTART:20260102\r\nRRULE:COUNT=1\r\n",
                      "FREQ is missing"},
           WrongEvent{"DTSTART:20260102\r\nRRULE:FREQ=DAILY;COUNT=1;UNTIL="
                      "20260103\r\n",
                      "exclude each other"},
           WrongEvent{"DTSTART:20260102\r\nRRULE:\r\n",
                      "\"\" is not understood"},
           WrongEvent{"DTSTART:20260102\r\nEXRULE:FREQ=DAILY\r\n",
                      "not understood"},
           WrongEvent{"UID:a\r\nDTSTART:20260102\r\n"
                      "RECURRENCE-ID;RANGE=THISANDFUTURE:20260102\r\n",
                      "RANGE is not understood"},
           WrongEvent{"DTSTART:20260102\r\nRECURRENCE-ID:20260102\r\n",
                      "needs the UID"},
           WrongEvent{"DTSTART\r\n",
                      "line 4: line \"DTSTART\": expected NAME:VALUE"},
           WrongEvent{"DTSTART;TZID:20260101\r\n", "parameters as NAME=VALUE"},
       }) {
    const auto holidays = Read(Calendar(Event(event)));
    ASSERT_FALSE(holidays.ok()) << event;
    EXPECT_EQ(holidays.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(holidays.error().message.find(says), std::string::npos)
        << holidays.error().message;
  }
}

TEST(Ical, FileThatIsNoneOrCutOffIsRefused) {
  EXPECT_FALSE(Read("").ok());
  EXPECT_FALSE(Read("<html>").ok());
  EXPECT_FALSE(Read("BEGIN:VEVENT\r\nEND:VEVENT\r\n").ok());
  EXPECT_FALSE(Read("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n").ok());
  EXPECT_FALSE(Read("BEGIN:VCALENDAR\r\nEND:VEVENT\r\n").ok());
  EXPECT_FALSE(Read("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\nX:1\r\n").ok());
  EXPECT_EQ(Days(Read(Calendar(""))), "");
}

void ExpectRefused(const std::string& text, const char* says) {
  const auto holidays = Read(text);
  ASSERT_FALSE(holidays.ok());
  EXPECT_NE(holidays.error().message.find(says), std::string::npos)
      << holidays.error().message;
}

TEST(Ical, EventWithinAnotherIsRefused) {
  ExpectRefused(Calendar("BEGIN:VEVENT\r\n" + Event("DTSTART:20260101\r\n") +
                         "END:VEVENT\r\n"),
                "line 4: BEGIN \"VEVENT\": an event stands in VCALENDAR");
}

TEST(Ical, HostileFilesMeetLimits) {
  ExpectRefused(std::string((1 << 20) + 1, 'x'), "at most 1 MiB");
  std::string many;
  for (int i = 0; i < 10001; ++i) many += Event("DTSTART:20260101\r\n");
  ExpectRefused(Calendar(many), "10,000 events");
  std::string days;
  for (int i = 0; i < 100; ++i) {
    days += Event("DTSTART:20200101\r\nRRULE:FREQ=DAILY\r\n");
  }
  ExpectRefused(Calendar(days), "100,000 days");
  std::string old;
  for (int i = 0; i < 100; ++i) {
    old += Event(
        "DTSTART:00010101\r\nRRULE:FREQ=DAILY;COUNT=99999999;"
        "INTERVAL=999999999\r\n");
  }
  ExpectRefused(Calendar(old), "too much to look at");
  std::string same;
  for (int i = 0; i < 4000; ++i) {
    same += Event("UID:a\r\nDTSTART:20260101\r\n") +
            Event("UID:a\r\nDTSTART:20260101\r\nRECURRENCE-ID:20270101\r\n");
  }
  ExpectRefused(Calendar(same), "too many events of one UID");
}

}  // namespace
}  // namespace prewarm
