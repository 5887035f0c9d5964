// `warmup-controller plan`, as a person runs it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/commands/command.h"

namespace prewarm {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class PlanTest : public CommandTest {
 protected:
  // Of shop/a and more lines of its spec, from Monday on.
  Outcome Planned(std::vector<std::string> more, const std::string& spec = "") {
    std::vector<std::string> arguments = {
        "plan", "--policy", File("a.yaml", PolicyNamed("a") + spec), "--from",
        "2026-03-02"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Run(arguments);
  }
};

TEST_F(PlanTest, IsATableOfWhatAndWhy) {
  const Outcome outcome = Planned({"--until", "2026-03-03"},
                                  "  leadTime: {mode: fixed, fixed: 90s}\n");
  const std::string indent(34, ' ');
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.err, "");
  EXPECT_EQ(outcome.out,
            "UTC                    instances  what, and why\n"
            "2026-03-02 08:58:30       0 -> 1  warm start shop/a\n" +
                indent + "day opens at 2026-03-02 09:00:00; 1 instance\n" +
                indent + "gets a lead of 1m30s, leadTime.fixed\n" +
                "2026-03-02 09:00:00       0 -> 1  open shop/a\n" + indent +
                "day opens\n"
                "2026-03-02 18:00:00       1 -> 0  close shop/a\n" +
                indent + "day closes; 1 instance stays until 2026-03-02\n" +
                indent + "18:02:00, scaleDown.delay 2m\n");
}

TEST_F(PlanTest, FitsEightyColumns) {
  std::istringstream lines(Planned({"--until", "2026-04-01"}).out);
  for (std::string line; std::getline(lines, line);) {
    EXPECT_LE(line.size(), 80U) << line;
    EXPECT_FALSE(line.back() == ' ') << line;
  }
}

TEST_F(PlanTest, IsJsonOrACalendarIfAsked) {
  EXPECT_THAT(Planned({"--output", "json"}).out,
              AllOf(StartsWith("{"), HasSubstr("\"kind\": \"warm_start\"")));
  EXPECT_THAT(Planned({"--output", "ics"}).out,
              StartsWith("BEGIN:VCALENDAR\r\n"));
  EXPECT_EQ(Planned({"--output", "xml"}).status, 2);
}

TEST_F(PlanTest, IsOfAWeekFromNowUnlessToldOtherwise) {
  const Outcome week = Planned({"--output", "json"});
  EXPECT_THAT(week.out, AllOf(HasSubstr("2026-03-08T18"),
                              Not(HasSubstr("2026-03-09T09"))));
  const Outcome now = Run({"plan", "--policy", Path("a.yaml")});
  EXPECT_EQ(now.status, 0);
  EXPECT_THAT(now.out, HasSubstr("close shop/a"));
}

TEST_F(PlanTest, TimesHaveZonesOrAreDates) {
  EXPECT_THAT(Planned({"--until", "2026-03-02T10:00:00+02:00"}).out,
              Not(HasSubstr("open shop/a")));
  for (const char* wrong : {"tomorrow", "2026-03-02T10:00:00", "2026-03-02",
                            "2036-12-01", "2026-03-03/2026-03-04"}) {
    const Outcome outcome = Planned({"--until", wrong});
    EXPECT_EQ(outcome.status, 1) << wrong;
    EXPECT_THAT(outcome.err, StartsWith("--until: ")) << wrong;
    EXPECT_EQ(outcome.out, "");
  }
}

TEST_F(PlanTest, SeveralPoliciesAreOrderedByTime) {
  const std::string early =
      File("early.yaml", PolicyNamed("early") + "  timeZone: Asia/Tokyo\n");
  const std::string out = Planned({"--policy", early}).out;
  EXPECT_LT(out.find("shop/early"), out.find("shop/a\n"));
}

TEST_F(PlanTest, BeginsWithWhatIsOpenAlready) {
  const std::vector<std::string> noon = {"plan",
                                         "--policy",
                                         File("a.yaml", PolicyNamed("a")),
                                         "--from",
                                         "2026-03-02T12:00:00Z",
                                         "--until",
                                         "2026-03-02T13:00:00Z"};
  EXPECT_EQ(Run(noon).out,
            "UTC                    instances  what, and why\n"
            "2026-03-02 12:00:00            1  already shop/a\n" +
                std::string(34, ' ') +
                "day is open\n"
                "Nothing else changes in this time.\n");
  std::vector<std::string> json = noon;
  json.insert(json.end(), {"--output", "json"});
  EXPECT_THAT(Run(json).out,
              HasSubstr("\"initial\": [\n  {\"policy\": \"shop/a\", "
                        "\"replicas\": 1, \"windows\": [\"day\"]}"));
}

TEST_F(PlanTest, EventOfACalendarIsWholeWhateverPartIsAskedFor) {
  const std::string out =
      Run({"plan", "--policy", File("a.yaml", PolicyNamed("a")), "--from",
           "2026-03-02T12:00:00Z", "--until", "2026-03-03T12:00:00Z",
           "--output", "ics"})
          .out;
  EXPECT_THAT(out, AllOf(HasSubstr("DTSTART:20260302T090000Z"),
                         HasSubstr("DTEND:20260303T180000Z")));
  EXPECT_THAT(out, Not(HasSubstr("20260301")));
  EXPECT_THAT(out, Not(HasSubstr("20260304")));
}

TEST_F(PlanTest, NothingToComeIsASentence) {
  EXPECT_EQ(Planned({}, "  suspend: true\n").out,
            "Nothing changes in this time.\n");
}

TEST_F(PlanTest, CalendarsOfConfigMapsAreGivenAsFiles) {
  const std::string spec =
      "  except: {calendars: [{configMap: holidays, key: de.ics}]}\n";
  const Outcome without = Planned({}, spec);
  EXPECT_EQ(without.status, 0);
  EXPECT_THAT(without.err, HasSubstr("--calendar\n    holidays/de.ics=FILE"));
  EXPECT_THAT(without.out, HasSubstr("2026-03-04 09:00:00"));
  const std::string file =
      File("de.ics",
           "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20260304\n"
           "END:VEVENT\nEND:VCALENDAR\n");
  const Outcome with = Planned({"--calendar", "holidays/de.ics=" + file}, spec);
  EXPECT_EQ(with.err, "");
  EXPECT_THAT(with.out, Not(HasSubstr("2026-03-04 09:00:00")));
  EXPECT_THAT(with.out, HasSubstr("2026-03-05 09:00:00"));
  EXPECT_EQ(Planned({"--calendar", "holidays=" + file}, spec).status, 1);
}

TEST_F(PlanTest, ErrorsOfThePolicyAreThoseOfValidate) {
  const Outcome outcome = Planned({}, "  nothing: 1\n");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.err, HasSubstr("a.yaml:7:3 spec.nothing: unknown"));
}

}  // namespace
}  // namespace prewarm
