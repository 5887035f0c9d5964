// Exceptions: days on which no window starts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/unit/policy/policies.h"

namespace prewarm {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

std::string Dates(const std::string& list) {
  return PolicyAlso("  except: {dates: [" + list + "]}\n");
}

std::string CalendarErrors(const std::string& fields) {
  return ErrorsOf(PolicyAlso("  except: {calendars: [{" + fields + "}]}\n"));
}

TEST(Except, DatesAndRangesAreReadInOrder) {
  const Policy policy =
      Good(Dates("\"2026-12-31\", 2026-12-24/2026-12-26, \"2026-05-01\""));
  ASSERT_THAT(policy.except.days, SizeIs(3));
  EXPECT_EQ(policy.except.days[0].first, CivilDay(2026, 5, 1));
  EXPECT_EQ(policy.except.days[1].first, CivilDay(2026, 12, 24));
  EXPECT_EQ(policy.except.days[1].last, CivilDay(2026, 12, 27));
}

TEST(Except, DatesThatMeetDoNotOverlap) {
  Good(Dates("2026-12-24/2026-12-25, 2026-12-26"));
}

TEST(Except, WrongDateIsNamedWithItsPlace) {
  EXPECT_THAT(ErrorsOf(Dates("2026-12-25, 2026-02-30")),
              HasSubstr("p.yaml:7:32 spec.except.dates[1]: got \"2026-02-30\", "
                        "expected a date of the years 2000 to 2199"));
}

TEST(Except, OverlapNamesBoth) {
  EXPECT_THAT(ErrorsOf(Dates("2026-12-25, 2026-12-24/2026-12-26")),
              HasSubstr("spec.except.dates[1]: got 2026-12-24/2026-12-26, "
                        "which overlaps 2026-12-25 of line 7"));
  EXPECT_THAT(ErrorsOf(Dates("2026-12-25, 2026-12-25")),
              HasSubstr("spec.except.dates[1]: got 2026-12-25, which overlaps "
                        "2026-12-25"));
}

TEST(Except, OverlapWithALongEarlierRangeIsFound) {
  EXPECT_THAT(
      ErrorsOf(Dates("2026-01-01/2026-06-30, 2026-02-01, 2026-03-01")),
      HasSubstr("dates[2]: got 2026-03-01, which overlaps 2026-01-01/"));
}

TEST(Except, WhatLeavesNoDayOfAYearIsRefused) {
  EXPECT_THAT(ErrorsOf(Dates("2026-01-01/2030-12-31")),
              HasSubstr("spec.except.dates[0]: got 2026-01-01/2030-12-31, and "
                        "from 2026-01-01 on no day is left, expected at most "
                        "366 days; to stop a policy set spec.suspend"));
  EXPECT_THAT(ErrorsOf(Dates("2026-01-01/2026-12-31, 2027-01-01/2027-06-30")),
              HasSubstr("dates[1]: got 2027-01-01/2027-06-30, and from "
                        "2026-01-01 on no day is left"));
  Good(Dates("2028-01-01/2028-12-31"));  // a leap year
}

TEST(Except, CalendarIsAKeyOfAConfigMapOrAFile) {
  const Policy policy =
      Good(PolicyAlso("  except:\n"
                      "    calendars:\n"
                      "    - {configMap: holidays, key: de_DE.ics}\n"
                      "    - {file: calendars/de.ics}\n"));
  ASSERT_THAT(policy.except.calendars, SizeIs(2));
  EXPECT_EQ(policy.except.calendars[0].config_map, "holidays");
  EXPECT_EQ(policy.except.calendars[0].key, "de_DE.ics");
  EXPECT_EQ(policy.except.calendars[1].file, "calendars/de.ics");
}

TEST(Except, CalendarOfAnythingElseIsRefused) {
  for (const char* fields :
       {"configMap: holidays", "key: de.ics", "file: a.ics, key: de.ics",
        "file: a.ics, configMap: h, key: k"}) {
    EXPECT_THAT(CalendarErrors(fields),
                HasSubstr("spec.except.calendars[0]: expected configMap and "
                          "key, or file alone"))
        << fields;
  }
}

TEST(Except, FileStaysBesideThePolicy) {
  for (const char* path : {"/etc/passwd", "../a.ics", "a/../../b.ics", "''"}) {
    EXPECT_THAT(CalendarErrors(std::string("file: ") + path),
                HasSubstr("expected a file beside the policy's"))
        << path;
  }
  Good(PolicyAlso("  except: {calendars: [{file: a..b.ics}]}\n"));
}

TEST(Except, UnknownKeyIsNamed) {
  EXPECT_THAT(ErrorsOf(PolicyAlso("  except: {date: [2026-12-25]}\n")),
              HasSubstr("spec.except.date: unknown; did you mean dates?"));
}

TEST(Except, DatesMustBeAList) {
  EXPECT_THAT(ErrorsOf(PolicyAlso("  except: {dates: 2026-12-25}\n")),
              HasSubstr("spec.except.dates: got 2026-12-25, expected a list"));
}

}  // namespace
}  // namespace prewarm
