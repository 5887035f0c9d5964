// `warmup-controller simulate`, as a person runs it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/commands/command.h"

namespace prewarm {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

class SimulateTest : public CommandTest {
 protected:
  // A request every ten minutes of a day, on average.
  Outcome Simulated(const std::vector<std::string>& more,
                    const std::string& spec = "") {
    std::string trace = "time,requests\n";
    for (int hour = 10; hour < 24; ++hour) {
      trace += "2026-03-02 " + std::to_string(hour) + ":00:00,6\n";
    }
    std::vector<std::string> arguments = {
        "simulate", "--policy", File("a.yaml", PolicyNamed("a") + spec),
        "--trace", File("trace.csv", trace)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Run(arguments);
  }
};

TEST_F(SimulateTest, ComparesThePolicyWithWhatOneWouldDoWithoutIt) {
  const Outcome outcome = Simulated({});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.err, "");
  for (const char* name :
       {"policy ", "always_on ", "keepalive_5m ", "keepalive_10m ",
        "keepalive_15m ", "keda_cron ", "hybrid_histogram ", "oracle "}) {
    EXPECT_THAT(outcome.out, HasSubstr(std::string("\n") + name));
  }
}

TEST_F(SimulateTest, KeepAlivesAreThoseAskedFor) {
  const std::string out = Simulated({"--keepalive", "1m,2h"}).out;
  EXPECT_THAT(
      out, AllOf(HasSubstr("\nkeepalive_1m "), HasSubstr("\nkeepalive_120m ")));
  EXPECT_THAT(out, testing::Not(HasSubstr("keepalive_10m")));
  EXPECT_EQ(Simulated({"--output", "html", "--keepalive", "1m"}).status, 0);
}

TEST_F(SimulateTest, IsTheSameForTheSameSeed) {
  EXPECT_EQ(Simulated({}).out, Simulated({}).out);
  EXPECT_NE(Simulated({}).out, Simulated({"--seed", "2"}).out);
}

TEST_F(SimulateTest, IsJsonOrAPageIfAsked) {
  EXPECT_THAT(Simulated({"--output", "json"}).out,
              AllOf(StartsWith("{"), HasSubstr("\"trace\": \"trace.csv\"")));
  EXPECT_THAT(Simulated({"--output", "html"}).out,
              StartsWith("<!DOCTYPE html>"));
  EXPECT_EQ(Simulated({"--output", "pdf"}).status, 2);
}

TEST_F(SimulateTest, PartOfATraceIsCutOut) {
  const std::string json =
      Simulated({"--from", "2026-03-02T12:00:00Z", "--until",
                 "2026-03-02T13:00:00Z", "--output", "json"})
          .out;
  EXPECT_THAT(json, HasSubstr("\"begin\": 1772452800.0"));
  EXPECT_THAT(json, HasSubstr("\"end\": 1772456400.0"));
  EXPECT_THAT(Simulated({"--from", "2027-01-01"}).err,
              AllOf(HasSubstr("nothing of the trace is between them"),
                    HasSubstr("2026-03-")));
}

TEST_F(SimulateTest, SuggestedPolicyIsAFileToUse) {
  const Outcome suggested = Simulated({"--suggest", "0.5"});
  EXPECT_EQ(suggested.status, 0) << suggested.err;
  EXPECT_THAT(suggested.out,
              StartsWith("# Suggested by warmup-controller simulate: "));
  EXPECT_THAT(suggested.out,
              AllOf(HasSubstr("# In place of your windows: day. "),
                    HasSubstr("# Found on all of the trace: ")));
  EXPECT_EQ(Simulated({"--suggest", "0.5", "--output", "html"}).status, 1);
  EXPECT_EQ(Run({"validate", File("suggested.yaml", suggested.out)})
                .out.substr(0, 10),
            "shop/a: ok");
  EXPECT_THAT(Simulated({"--suggest", "0.5", "--output", "json"}).out,
              AllOf(HasSubstr("\"candidates\""), HasSubstr("\"cold_share\"")));
}

TEST_F(SimulateTest, SuggestionThatMissesItsGoalSaysSo) {
  const Outcome outcome =
      Simulated({"--suggest", "0"}, "  budget: {instanceHoursPerDay: 0.01}\n");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_THAT(outcome.err, HasSubstr("no windows reach --suggest"));
}

TEST_F(SimulateTest, WrongOptionsAreNamed) {
  const std::vector<std::vector<std::string>> wrong = {
      {"--service", "soon"},     {"--cold-start", "1s~9"},
      {"--idle-timeout", "-1s"}, {"--stopping", "x"},
      {"--keepalive", "90s"},    {"--keepalive", "5m,"},
      {"--from", "yesterday"},   {"--calendar", "a"}};
  for (const auto& option : wrong) {
    const Outcome outcome = Simulated(option);
    EXPECT_EQ(outcome.status, 1) << option[0];
    EXPECT_THAT(outcome.err, StartsWith(option[0] + ": ")) << option[0];
    EXPECT_EQ(outcome.out, "");
  }
  EXPECT_EQ(Simulated({"--concurrency", "0"}).status, 2);
}

TEST_F(SimulateTest, NumbersAreFiniteAndWithinTheirRange) {
  for (const char* option :
       {"--scale", "--price", "--conversion", "--suggest"}) {
    for (const char* value : {"nan", "-nan", "inf", "-1", "1e300", "x", ""}) {
      const Outcome outcome = Simulated({option, value});
      EXPECT_EQ(outcome.status, 2) << option << " " << value;
      EXPECT_THAT(outcome.err, HasSubstr(option)) << value;
      EXPECT_EQ(outcome.out, "");
    }
  }
  EXPECT_THAT(Simulated({"--scale", "0"}).err,
              HasSubstr("--scale: got \"0\", expected a number from "
                        "0.000000001 to 1000000"));
  EXPECT_EQ(Simulated({"--price", "0"}).status, 0);
  EXPECT_THAT(Simulated({"--seed", "-1"}).err,
              HasSubstr("--seed: got \"-1\", expected a whole number from 0"));
  EXPECT_EQ(Simulated({"--seed", "18446744073709551615"}).status, 0);
  EXPECT_EQ(Simulated({"--seed", "18446744073709551616"}).status, 2);
}

TEST_F(SimulateTest, KeepAliveIsNamedOnce) {
  EXPECT_THAT(Simulated({"--keepalive", "5m,300s"}).err,
              StartsWith("--keepalive: 5m is named twice"));
}

TEST_F(SimulateTest, AlwaysOnIsNoMoreThanThereMayBe) {
  const Outcome outcome = Simulated({"--always-on", "4"});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.err,
              StartsWith("--always-on: got 4, expected at most 1"));
  EXPECT_EQ(Simulated({"--always-on", "4", "--max-instances", "4"}).status, 0);
}

TEST_F(SimulateTest, CapOfTheInstancesIsTold) {
  EXPECT_THAT(Simulated({}, "  replicas: {max: 1001}\n").err,
              HasSubstr("note: simulated with 1000 instances at most"));
  EXPECT_EQ(Simulated({}, "  replicas: {max: 1000}\n").err, "");
}

TEST_F(SimulateTest, WhatIsSwitchedForNowIsLeftOut) {
  const std::string plain = Simulated({}).out;
  const Outcome suspended = Simulated({}, "  suspend: true\n");
  EXPECT_EQ(suspended.out, plain);
  EXPECT_THAT(suspended.err,
              AllOf(StartsWith("note: left out of the simulation"),
                    HasSubstr(": suspend of the policy\n")));
  const Outcome both =
      Simulated({},
                "  suspend: true\n"
                "  override: {replicas: 1, until: 2027-01-01T00:00:00Z}\n");
  EXPECT_EQ(both.out, plain);
  EXPECT_THAT(both.err, HasSubstr(": suspend and override of"));
  EXPECT_EQ(Simulated({"--suggest", "0.1"}, "  suspend: true\n").out,
            Simulated({"--suggest", "0.1"}).out);
}

TEST_F(SimulateTest, SuggestionIsJudgedAsItWasPromised) {
  const std::string spec =
      "  except: {calendars: [{configMap: h, key: "
      "a.ics}]}\n";
  const std::string calendar =
      "h/a.ics=" + File("a.ics",
                        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n"
                        "DTSTART;VALUE=DATE:20260302\r\n"
                        "SUMMARY:closed\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
  const Outcome holiday =
      Simulated({"--suggest", "0.1", "--calendar", calendar}, spec);
  // The only day of the trace is a holiday: no window helps.
  EXPECT_THAT(holiday.err, HasSubstr("no windows reach --suggest"));
  EXPECT_THAT(Simulated({"--suggest", "0.1", "--output", "json"}).out,
              HasSubstr("\"reaches_goal\": true"));
}

TEST_F(SimulateTest, MeasuredTimesMayBeAFile) {
  const auto table = [](const std::string& out) {
    return out.substr(std::min(out.find('\n'), out.size()));
  };
  const std::string file = File("starts.txt", "8\n9.0\n\n14s\n");
  EXPECT_EQ(table(Simulated({"--cold-start", "@" + file}).out),
            table(Simulated({"--cold-start", "8s,9s,14s"}).out));
  const std::string wrong = File("wrong.txt", "8\nsoon\n");
  EXPECT_THAT(Simulated({"--service", "@" + wrong}).err,
              AllOf(StartsWith("--service: "),
                    HasSubstr("wrong.txt: line 2: got \"soon\"")));
  EXPECT_THAT(Simulated({"--service", "@" + Path("none.txt")}).err,
              StartsWith("--service: "));
  EXPECT_THAT(
      Simulated(
          {"--service", "@" + File("big.txt", std::string((1 << 20) + 1, '1'))})
          .err,
      HasSubstr("more than 1 MiB"));
}

TEST_F(SimulateTest, FolderIsNoTrace) {
  const Outcome outcome =
      Run({"simulate", "--policy", File("a.yaml", PolicyNamed("a")), "--trace",
           folder()});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.err, HasSubstr("is a folder; name a file, as"));
  EXPECT_THAT(outcome.err, HasSubstr("requests.csv"));
  EXPECT_THAT(outcome.err, testing::Not(HasSubstr(".yaml\n")));
}

TEST_F(SimulateTest, TraceThatIsNoneIsNamedWithItsLine) {
  const std::string policy = File("a.yaml", PolicyNamed("a"));
  const std::string trace = File("bad.csv", "0,1\n60,many\n");
  const Outcome outcome =
      Run({"simulate", "--policy", policy, "--trace", trace});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.err,
              AllOf(HasSubstr("bad.csv: line 2: got"), HasSubstr("60,many")));
  EXPECT_THAT(
      Run({"simulate", "--policy", policy, "--trace", Path("none.csv")}).err,
      HasSubstr("none.csv: can't be read"));
}

TEST_F(SimulateTest, OnePolicyAtATime) {
  const std::string two =
      File("two.yaml", PolicyNamed("a") + "---\n" + PolicyNamed("b"));
  EXPECT_THAT(Run({"simulate", "--policy", two, "--trace", two}).err,
              HasSubstr("holds 2 policies, expected one"));
}

}  // namespace
}  // namespace prewarm
