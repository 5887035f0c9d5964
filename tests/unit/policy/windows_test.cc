// What a window may say, and what it is told when it says something else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/unit/policy/policies.h"

namespace prewarm {
namespace {

using std::chrono::minutes;
using testing::AllOf;
using testing::HasSubstr;

DailyTimes Daily(const std::string& fields) {
  const Window window = GoodWindow(fields);
  const auto* times = std::get_if<DailyTimes>(&window.times);
  EXPECT_NE(times, nullptr);
  return times != nullptr ? *times : DailyTimes();
}

TEST(Windows, DaysWithTimesAreRead) {
  const DailyTimes times =
      Daily("days: [Mon-Fri, sat], from: \"09:00\", to: \"18:30\"");
  EXPECT_EQ(times.days.to_string(), "1111110");
  EXPECT_EQ(times.from, 540);
  EXPECT_EQ(times.until, 1110);
}

TEST(Windows, DaysMayBeOneText) {
  EXPECT_EQ(Daily("days: Sat-Mon, from: 10:00, to: 12:00").days.to_string(),
            "1000011");
}

TEST(Windows, WithoutDaysIsEveryDay) {
  EXPECT_TRUE(Daily("from: 10:00, to: 12:00").days.all());
}

TEST(Windows, EndAtMidnightIsWrittenEitherWay) {
  EXPECT_EQ(Daily("from: 22:00, to: 24:00").until, 1440);
  EXPECT_EQ(Daily("from: 22:00, to: 00:00").until, 1440);
}

TEST(Windows, EndBeforeTheStartIsOfTheNextDay) {
  const DailyTimes times = Daily("from: 22:00, to: 02:00");
  EXPECT_EQ(times.from, 1320);
  EXPECT_EQ(times.until, 120);
}

TEST(Windows, CronWithDurationIsRead) {
  const Window window =
      GoodWindow("cron: \"0 20 * * THU\", duration: 90m, replicas: 8");
  const auto* times = std::get_if<CronTimes>(&window.times);
  ASSERT_NE(times, nullptr);
  EXPECT_EQ(times->start.text(), "0 20 * * THU");
  EXPECT_EQ(times->duration, minutes(90));
  EXPECT_EQ(window.replicas, 8);
}

TEST(Windows, StartWithEndIsRead) {
  const Window window = GoodWindow("start: \"0 9 * * *\", end: \"0 18 * * *\"");
  const auto* pair = std::get_if<CronPair>(&window.times);
  ASSERT_NE(pair, nullptr);
  EXPECT_EQ(pair->end.text(), "0 18 * * *");
  EXPECT_EQ(window.replicas, 1);
}

TEST(Windows, MayHaveAZoneOfTheirOwn) {
  const Window window =
      GoodWindow("from: 10:00, to: 12:00, timeZone: Asia/Tokyo");
  ASSERT_TRUE(window.zone.has_value());
  EXPECT_EQ(window.zone->name(), "Asia/Tokyo");
  EXPECT_FALSE(GoodWindow("from: 10:00, to: 12:00").zone.has_value());
}

TEST(Windows, UnknownZoneIsNamed) {
  EXPECT_THAT(WindowErrors("from: 10:00, to: 12:00, timeZone: Europe/Berln"),
              AllOf(HasSubstr("spec.windows[0].timeZone: "),
                    HasSubstr("\"Europe/Berln\""),
                    HasSubstr("expected a name such as Europe/Berlin")));
}

TEST(Windows, NameIsRequired) {
  EXPECT_EQ(ErrorsOf(PolicyWith("  windows:\n  - {from: 10:00, to: 12:00}\n")),
            "p.yaml:7:5 spec.windows[0].name: is missing");
}

TEST(Windows, NameOfAnotherWindowIsRefused) {
  EXPECT_EQ(ErrorsOf(PolicyWith("  windows:\n"
                                "  - {name: a, from: 10:00, to: 12:00}\n"
                                "  - {name: b, from: 10:00, to: 12:00}\n"
                                "  - {name: a, from: 14:00, to: 16:00}\n")),
            "p.yaml:9:12 spec.windows[2].name: got \"a\", which is the "
            "window's of line 7 already; give each its own name");
}

TEST(Windows, WithoutTimesIsToldTheThreeForms) {
  EXPECT_THAT(WindowErrors("replicas: 1"),
              HasSubstr("p.yaml:6:13 spec.windows[0]: does not say when; give "
                        "from and to (with days), or cron and duration, or "
                        "start and end"));
}

TEST(Windows, TwoFormsAtOnceAreRefused) {
  EXPECT_THAT(
      WindowErrors("from: 10:00, to: 12:00, cron: \"0 9 * * *\""),
      HasSubstr("spec.windows[0]: says when in two ways; give from and to"));
}

TEST(Windows, HalfOfAFormIsToldItsOtherHalf) {
  EXPECT_THAT(WindowErrors("from: 10:00"), HasSubstr("has from, but no to"));
  EXPECT_THAT(WindowErrors("to: 10:00"), HasSubstr("has to, but no from"));
  EXPECT_THAT(WindowErrors("days: Mon"), HasSubstr("give from and to"));
  EXPECT_THAT(WindowErrors("cron: \"0 9 * * *\""),
              HasSubstr("has cron, but no duration"));
  EXPECT_THAT(WindowErrors("duration: 1h"),
              HasSubstr("has duration, but no cron"));
  EXPECT_THAT(WindowErrors("start: \"0 9 * * *\""),
              HasSubstr("has start, but no end"));
  EXPECT_THAT(WindowErrors("end: \"0 9 * * *\""),
              HasSubstr("has end, but no start"));
}

TEST(Windows, WrongPartDoesNotHideTheOthers) {
  EXPECT_THAT(WindowErrors("days: Fry, from: 9:00, to: 25:00"),
              AllOf(HasSubstr("[0].days: "), HasSubstr("[0].from: "),
                    HasSubstr("[0].to: ")));
  EXPECT_THAT(WindowErrors("cron: \"0 9\", duration: 1"),
              AllOf(HasSubstr("[0].cron: "), HasSubstr("[0].duration: ")));
  EXPECT_THAT(WindowErrors("from: 9:00"),
              AllOf(HasSubstr("[0].from: got"), HasSubstr("but no to")));
}

TEST(Windows, EmptyListOfDaysIsRefused) {
  EXPECT_THAT(WindowErrors("days: [], from: 10:00, to: 12:00"),
              HasSubstr("spec.windows[0].days: got a list, expected at least "
                        "one day; for every day leave it out"));
}

TEST(Windows, WrongDayIsNamedWithItsPlaceInTheList) {
  EXPECT_THAT(WindowErrors("days: [Mon, Fry], from: 10:00, to: 12:00"),
              HasSubstr("p.yaml:6:35 spec.windows[0].days[1]: got \"Fry\", "
                        "expected days such as Mon, Sat or Mon-Fri"));
}

TEST(Windows, DayThatIsInTheListAlreadyIsRefused) {
  EXPECT_THAT(WindowErrors("days: [Mon-Fri, Wed], from: 10:00, to: 12:00"),
              HasSubstr("spec.windows[0].days[1]: got \"Wed\", of which a day "
                        "is in the list already"));
}

TEST(Windows, WrongTimeIsNamed) {
  EXPECT_THAT(WindowErrors("from: 9am, to: 12:00"),
              HasSubstr("spec.windows[0].from: got \"9am\", expected a time "
                        "as \"09:00\", from \"00:00\" to \"24:00\""));
  EXPECT_THAT(WindowErrors("from: 24:00, to: 12:00"),
              HasSubstr("spec.windows[0].from: got \"24:00\", expected "
                        "\"00:00\" of the next day"));
}

TEST(Windows, SameStartAndEndIsRefused) {
  EXPECT_THAT(WindowErrors("from: 10:00, to: 10:00"),
              HasSubstr("spec.windows[0].to: got \"10:00\", the same as from; "
                        "a whole day is \"00:00\" to \"24:00\""));
}

TEST(Windows, WrongCronIsNamed) {
  EXPECT_THAT(WindowErrors("cron: \"0 25 * * *\", duration: 1h"),
              AllOf(HasSubstr("spec.windows[0].cron: "), HasSubstr("25"),
                    HasSubstr("hour")));
  EXPECT_THAT(WindowErrors("start: \"0 9 30 2 *\", end: \"0 9 * *\""),
              AllOf(HasSubstr("spec.windows[0].start: "),
                    HasSubstr("spec.windows[0].end: ")));
}

TEST(Windows, CronWithoutQuotesIsToldToQuote) {
  EXPECT_THAT(ErrorsOf(PolicyWith("  windows:\n"
                                  "  - name: a\n"
                                  "    cron: */5 * * * *\n"
                                  "    duration: 1m\n")),
              HasSubstr("quote a value that begins with & or *"));
}

TEST(Windows, DurationIsFromAMinuteToAWeek) {
  const std::string cron = "cron: \"0 0 1 * *\", duration: ";
  EXPECT_THAT(WindowErrors(cron + "59s"),
              HasSubstr("spec.windows[0].duration: got 59s, expected a "
                        "duration from 1m to 168h"));
  EXPECT_THAT(WindowErrors(cron + "169h"), HasSubstr("got 169h, expected"));
  EXPECT_THAT(WindowErrors(cron + "90s"),
              HasSubstr("got 90s, expected whole minutes"));
  EXPECT_THAT(WindowErrors(cron + "90"), HasSubstr("the number needs a unit"));
}

TEST(Windows, LongerThanItsPeriodIsRefused) {
  EXPECT_THAT(WindowErrors("cron: \"0 * * * *\", duration: 90m"),
              HasSubstr("spec.windows[0].duration: got 1h30m, longer than the "
                        "1h from a start to the next; it would never close"));
}

TEST(Windows, PairWhoseEndNeverComesIsRefused) {
  EXPECT_THAT(WindowErrors("start: \"0 * * * *\", end: \"0 18 * * *\""),
              HasSubstr("spec.windows[0].end: got \"0 18 * * *\", and at each "
                        "of its times start opens the window again"));
}

TEST(Windows, ReplicasOverMaxAreRefused) {
  EXPECT_THAT(
      ErrorsOf(PolicyWith(
          "  replicas: {max: 5}\n"
          "  windows: [{name: a, from: 10:00, to: 12:00, replicas: 6}]\n")),
      HasSubstr("spec.windows[0].replicas: got 6, expected at most "
                "spec.replicas.max, which is 5"));
}

TEST(Windows, ReplicasAreWholeNumbersFromOne) {
  for (const char* wrong : {"0", "-1", "10001", "\"3\"", "1.5", "010", "many",
                            "[1]", "~", "1e2", "0x10", "99999999999"}) {
    EXPECT_THAT(
        WindowErrors(std::string("from: 10:00, to: 12:00, replicas: ") + wrong),
        AllOf(HasSubstr("spec.windows[0].replicas: got "),
              HasSubstr("expected a whole number from 1 to 10000")))
        << wrong;
  }
}

TEST(Windows, UnknownKeyIsNamedWithItsPlace) {
  EXPECT_EQ(ErrorsOf(PolicyWith("  windows:\n"
                                "  - name: a\n"
                                "    from: 10:00\n"
                                "    to: 12:00\n"
                                "    replica: 3\n")),
            "p.yaml:10:5 spec.windows[0].replica: unknown; did you mean "
            "replicas?");
}

TEST(Windows, AreAtMostAHundred) {
  std::string text = "  windows:\n";
  for (int i = 0; i < 101; ++i) {
    text += "  - {name: w" + std::to_string(i) + ", from: 10:00, to: 11:00}\n";
  }
  EXPECT_THAT(ErrorsOf(PolicyWith(text)),
              HasSubstr("p.yaml:6:3 spec.windows: got 101 items, expected at "
                        "most 100"));
}

}  // namespace
}  // namespace prewarm
