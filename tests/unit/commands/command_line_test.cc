// What all commands do alike.
#include "warmup-controller/commands/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <streambuf>

#include "tests/unit/commands/command.h"

namespace prewarm {
namespace {

using testing::HasSubstr;

class CommandLineTest : public CommandTest {
 protected:
  static Outcome RunInto(std::streambuf* sink,
                         const std::vector<const char*>& arguments) {
    std::istringstream in;
    std::ostream out(sink);
    std::ostringstream err;
    Outcome outcome;
    outcome.status = RunCommandLine(static_cast<int>(arguments.size()),
                                    arguments.data(), {in, out, err});
    outcome.err = err.str();
    return outcome;
  }
};

// Takes everything, and fails when it is to keep it: a full disk.
class FullDisk : public std::streambuf {
 protected:
  int_type overflow(int_type c) override { return traits_type::not_eof(c); }
  std::streamsize xsputn(const char*, std::streamsize size) override {
    return size;
  }
  int sync() override { return -1; }
};

// Takes nothing.
class Closed : public std::streambuf {};

TEST_F(CommandLineTest, AnswerThatCouldNotBeWrittenIsAFailure) {
  const std::string policy = File("a.yaml", PolicyNamed("a"));
  const std::string trace = File("t.csv", "0,1\n60,1\n");
  FullDisk full;
  Closed closed;
  for (std::streambuf* sink : {static_cast<std::streambuf*>(&full),
                               static_cast<std::streambuf*>(&closed)}) {
    for (const std::vector<const char*>& arguments :
         std::vector<std::vector<const char*>>{
             {"warmup-controller", "validate", policy.c_str()},
             {"warmup-controller", "plan", "--policy", policy.c_str()},
             {"warmup-controller", "simulate", "--policy", policy.c_str(),
              "--trace", trace.c_str(), "--output", "html"},
             {"warmup-controller", "--help"}}) {
      const Outcome outcome = RunInto(sink, arguments);
      EXPECT_EQ(outcome.status, 1) << arguments[1];
      EXPECT_THAT(outcome.err, HasSubstr("could not be written to its end"))
          << arguments[1];
    }
  }
}

TEST_F(CommandLineTest, FailureOfTheCommandItselfIsKept) {
  FullDisk full;
  EXPECT_EQ(RunInto(&full, {"warmup-controller", "simulat"}).status, 2);
}

TEST_F(CommandLineTest, HelpFitsTheTerminal) {
  for (const char* command : {"", "validate", "plan", "simulate", "local",
                              "run", "sidecar", "cloudrun", "release", "crd"}) {
    std::vector<std::string> arguments;
    if (*command != '\0') arguments.emplace_back(command);
    arguments.emplace_back("--help");
    const Outcome outcome = Run(arguments);
    EXPECT_EQ(outcome.status, 0) << command;
    std::istringstream lines(outcome.out);
    for (std::string line; std::getline(lines, line);) {
      EXPECT_LE(line.size(), 80U) << command << ": " << line;
    }
  }
}

}  // namespace
}  // namespace prewarm
