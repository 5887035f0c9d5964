// `warmup-controller validate`, as a person runs it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "tests/support/temp_dir.h"
#include "warmup-controller/commands/command_line.h"

namespace prewarm {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

std::string PolicyNamed(const std::string& name) {
  return "apiVersion: prewarm.dev/v1alpha1\nkind: PrewarmPolicy\n"
         "metadata: {name: " +
         name +
         ", namespace: shop}\nspec:\n"
         "  targetRef: {kind: Deployment, name: server}\n"
         "  windows: [{name: day, from: \"09:00\", to: \"18:00\"}]\n";
}

struct Outcome {
  int status = 0;
  std::string out;
  std::string err;
};

class ValidateTest : public testing::Test {
 protected:
  std::string File(const std::string& name, const std::string& text) const {
    return folder_.Write(name, text);
  }
  std::string Path(const std::string& name) const { return folder_.File(name); }
  const std::string& folder() const { return folder_.path(); }

  static Outcome Run(const std::vector<std::string>& arguments,
                     const std::string& input = "") {
    std::vector<const char*> argv = {"warmup-controller"};
    argv.reserve(arguments.size() + 1);
    for (const std::string& each : arguments) argv.push_back(each.c_str());
    std::istringstream in(input);
    std::ostringstream out;
    std::ostringstream err;
    Outcome outcome;
    outcome.status = RunCommandLine(static_cast<int>(argv.size()), argv.data(),
                                    {in, out, err});
    outcome.out = out.str();
    outcome.err = err.str();
    return outcome;
  }

 private:
  const TempDir folder_;
};

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
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{},
        {"validate"},
        {"valid"},
        {"validate", "--strict", "a.yaml"}}) {
    const Outcome outcome = Run(arguments);
    EXPECT_EQ(outcome.status, 2);
    EXPECT_EQ(outcome.out, "");
    EXPECT_THAT(outcome.err, HasSubstr("; see warmup-controller --help"));
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

}  // namespace
}  // namespace prewarm
