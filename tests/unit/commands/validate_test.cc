// `warmup-controller validate`, as a person runs it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "tests/unit/commands/command.h"

namespace prewarm {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

using ValidateTest = CommandTest;

TEST_F(ValidateTest, GoodFilesHaveALineForEachPolicy) {
  const Outcome outcome =
      Run({"validate",
           File("a.yaml", PolicyNamed("a") + "---\n" + PolicyNamed("b") +
                              "  suspend: true\n  dryRun: true\n"),
           File("c.yaml", PolicyNamed("c") + "  intent: {enabled: true}\n")});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.out,
            "shop/a: ok, Deployment server, 1 window\n"
            "shop/b: ok, Deployment server, 1 window, suspended, dry run\n"
            "shop/c: ok, Deployment server, 1 window, intent\n");
  EXPECT_EQ(outcome.err, "");
}

TEST_F(ValidateTest, WhatPoliciesScaleHasItsLinesToo) {
  const std::string head = "---\napiVersion: prewarm.dev/v1alpha1\n";
  const std::string process =
      head +
      "kind: LocalProcess\nmetadata: {name: server, namespace: shop}\n"
      "spec:\n  command: [serve, \"{port}\"]\n"
      "  ports: {from: 9000, to: 9001}\n";
  const std::string urls = head +
                           "kind: FixedUrls\nmetadata: {name: cloud}\n"
                           "spec: {urls: [\"https://cloud.example\"]}\n";
  const Outcome outcome =
      Run({"validate", "-"}, urls + process + "---\n" + PolicyNamed("a"));
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.out,
            "shop/a: ok, Deployment server, 1 window\n"
            "shop/server: ok, LocalProcess, ports for 2 instances\n"
            "default/cloud: ok, FixedUrls, 1 URL\n");
}

TEST_F(ValidateTest, DashIsTheStandardInput) {
  EXPECT_EQ(Run({"validate", "-"}, PolicyNamed("a")).out,
            "shop/a: ok, Deployment server, 1 window\n");
  const Outcome wrong = Run({"validate", "-"}, PolicyNamed("A"));
  EXPECT_EQ(wrong.status, 1);
  EXPECT_THAT(wrong.err, StartsWith("stdin:3:18 metadata.name: got \"A\""));
}

TEST_F(ValidateTest, AllErrorsOfAllFilesAreTold) {
  const std::string bad = File("bad.yaml", PolicyNamed("B") + "  x: 1\n");
  const std::string good = File("good.yaml", PolicyNamed("a"));
  const std::string twin = File("twin.yaml", PolicyNamed("a"));
  const Outcome outcome = Run({"validate", bad, good, twin, Path("none.yaml")});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err,
              AllOf(HasSubstr("none.yaml: can't be read: No such file"),
                    HasSubstr("bad.yaml:3:18 metadata.name:"),
                    HasSubstr("bad.yaml:7:3 spec.x:"),
                    HasSubstr("twin.yaml:3:18 metadata.name:"),
                    HasSubstr("\n4 errors\n")));
}

TEST_F(ValidateTest, ErrorsFitEightyColumns) {
  const Outcome outcome =
      Run({"validate", "-"},
          PolicyNamed("a") + "  timezone: Europe/Berlin\n" + "  nothing: 1\n");
  std::istringstream lines(outcome.err);
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    EXPECT_LE(line.size(), 80U) << line;
  }
  EXPECT_GT(count, 3);
  EXPECT_THAT(outcome.err, HasSubstr("\n2 errors\n"));
}

TEST_F(ValidateTest, CalendarsBesideThePolicyAreReadToo) {
  const std::string calendar =
      "  except: {calendars: [{file: de.ics}, {configMap: a, key: b}]}\n";
  const std::string path = File("a.yaml", PolicyNamed("a") + calendar);
  EXPECT_THAT(Run({"validate", path}).err,
              AllOf(HasSubstr("shop/a spec.except.calendars[0]:"),
                    HasSubstr("de.ics: can't be read"), HasSubstr("1 error")));
  File("de.ics", "BEGIN:VCALENDAR\nBEGIN:VEVENT\n");
  EXPECT_THAT(Run({"validate", path}).err, HasSubstr("it was cut off"));
  File("de.ics", "BEGIN:VCALENDAR\nEND:VCALENDAR\n");
  EXPECT_EQ(Run({"validate", path}).status, 0);
}

TEST_F(ValidateTest, FolderIsToldToNameItsFiles) {
  const Outcome outcome = Run({"validate", folder()});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("is a folder; name its files"),
                                 HasSubstr("\n1 error\n")));
}

TEST_F(ValidateTest, FileNamedTwiceIsRefused) {
  const std::string path = File("a.yaml", PolicyNamed("a"));
  EXPECT_THAT(Run({"validate", path, path}).err, HasSubstr("is named twice"));
}

TEST_F(ValidateTest, EndlessFileIsNotReadToItsEnd) {
  EXPECT_THAT(Run({"validate", "/dev/zero"}).err,
              HasSubstr("/dev/zero: larger than 1024 KiB"));
}

TEST_F(ValidateTest, WrongCommandLineIsToldWhereHelpIs) {
  const std::string all = "; see warmup-controller --help\n";
  const std::string own = "; see warmup-controller validate --help\n";
  const std::vector<std::pair<std::vector<std::string>, std::string>> wrong = {
      {{}, all},
      {{"valid"}, all},
      {{"validate"}, own},
      {{"validate", "--strict", "a.yaml"}, own}};
  for (const auto& [arguments, help] : wrong) {
    const Outcome outcome = Run(arguments);
    EXPECT_EQ(outcome.status, 2);
    EXPECT_EQ(outcome.out, "");
    EXPECT_THAT(outcome.err, HasSubstr(help));
  }
}

TEST_F(ValidateTest, HelpAndVersionAreNoErrors) {
  const Outcome help = Run({"--help"});
  EXPECT_EQ(help.status, 0);
  EXPECT_THAT(help.out, HasSubstr("validate"));
  EXPECT_THAT(Run({"validate", "--help"}).out,
              AllOf(HasSubstr("file"), HasSubstr("standard input")));
  EXPECT_THAT(Run({"--version"}).out, StartsWith("warmup-controller "));
}

TEST_F(ValidateTest, CommandThatIsNoneIsAnsweredByTheNearestOne) {
  const Outcome outcome = Run({"lokal", "--policies", "x"});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_EQ(outcome.err,
            "warmup-controller: there is no command \"lokal\"; did you mean "
            "local?; see warmup-controller --help\n");
}

}  // namespace
}  // namespace prewarm
