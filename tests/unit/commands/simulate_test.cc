// `warmup-controller simulate`, as a person runs it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
  EXPECT_EQ(Simulated({"--scale", "0"}).status, 2);
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
