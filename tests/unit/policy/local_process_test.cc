// Documents of kind LocalProcess: their defaults, values, and what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/unit/policy/policies.h"

namespace prewarm {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;
using testing::SizeIs;

// `spec` begins in line 5.
std::string ProcessDocument(const std::string& spec) {
  return "apiVersion: prewarm.dev/v1alpha1\n"
         "kind: LocalProcess\n"
         "metadata: {name: server, namespace: shop}\n"
         "spec:\n" +
         spec;
}

// With a command in line 5 and ports in line 6.
std::string Also(const std::string& spec) {
  return ProcessDocument(
      "  command: [serve, \"--port={port}\"]\n"
      "  ports: {from: 9000, to: 9009}\n" +
      spec);
}

LocalProcess ReadProcess(const std::string& text) {
  const auto all = ReadDeclarations({{"p.yaml", text}});
  EXPECT_TRUE(all.ok()) << all.error().message;
  if (!all.ok()) return {};
  EXPECT_THAT(all->local_processes, SizeIs(1));
  return all->local_processes.empty() ? LocalProcess()
                                      : all->local_processes.front();
}

void ExpectErrors(
    const std::vector<std::pair<std::string, std::string>>& lines_and_errors) {
  for (const auto& [lines, error] : lines_and_errors) {
    EXPECT_THAT(ErrorsOf(Also("  " + lines + "\n")), HasSubstr(error));
  }
}

TEST(LocalProcessDocument, LeastHasTheDefaultsOfTheHeader) {
  const LocalProcess process = ReadProcess(Also(""));
  EXPECT_EQ(process.namespace_name, "shop");
  EXPECT_EQ(process.name, "server");
  EXPECT_EQ(process.source, "p.yaml");
  EXPECT_THAT(process.command, ElementsAre("serve", "--port={port}"));
  EXPECT_EQ(process.first_port, 9000);
  EXPECT_EQ(process.last_port, 9009);
  EXPECT_EQ(process.host, "127.0.0.1");
  EXPECT_EQ(process.stop_timeout, seconds(30));
  EXPECT_THAT(process.environment, IsEmpty());
  EXPECT_EQ(process.working_directory, "");
  EXPECT_EQ(process.log_directory, "");
  EXPECT_FALSE(process.has_admin_port());
  EXPECT_EQ(process.most_instances(), 10);
}

TEST(LocalProcessDocument, EveryFieldIsRead) {
  const LocalProcess process =
      ReadProcess(Also("  env: {OMP_NUM_THREADS: \"4\", EMPTY: \"\"}\n"
                       "  workingDirectory: ../run\n"
                       "  logDirectory: /var/log/prewarm\n"
                       "  stopTimeout: 2m\n"
                       "  host: \"::1\"\n"));
  EXPECT_THAT(process.environment,
              ElementsAre(Pair("OMP_NUM_THREADS", "4"), Pair("EMPTY", "")));
  EXPECT_EQ(process.working_directory, "../run");
  EXPECT_EQ(process.log_directory, "/var/log/prewarm");
  EXPECT_EQ(process.stop_timeout, minutes(2));
  EXPECT_EQ(process.host, "::1");
}

TEST(LocalProcessDocument, AdminPortTakesASecondPortOfTheRange) {
  const std::string command =
      "  command: [serve, \"{port}\", \"{admin_port}\"]\n";
  const LocalProcess process = ReadProcess(
      ProcessDocument(command + "  ports: {from: 9000, to: 9004}\n"));
  EXPECT_TRUE(process.has_admin_port());
  EXPECT_EQ(process.ports_each(), 2);
  EXPECT_EQ(process.most_instances(), 2);
  EXPECT_EQ(
      ErrorsOf(ProcessDocument(command + "  ports: {from: 9000, to: 9000}\n")),
      "p.yaml:6:27 spec.ports.to: got 9000, expected more than from: "
      "{admin_port} is a second port");
}

TEST(LocalProcessDocument, CommandNamesAProgramAndItsPort) {
  const std::string ports = "  ports: {from: 9000, to: 9009}\n";
  const auto errors = [&](const std::string& command) {
    return ErrorsOf(ProcessDocument("  command: " + command + "\n" + ports));
  };
  EXPECT_THAT(errors("[]"), HasSubstr("names no program"));
  EXPECT_THAT(errors("[\"\", \"{port}\"]"), HasSubstr("names no program"));
  EXPECT_EQ(errors("[serve, \"8080\"]"),
            "p.yaml:5:3 spec.command: has no {port}: that is how the program "
            "is told its port");
  EXPECT_THAT(errors("serve {port}"), HasSubstr("expected a list"));
  EXPECT_THAT(errors("[serve, 8080, \"{port}\"]"),
              HasSubstr("spec.command[1]: got 8080, expected text; put it in "
                        "quotes"));
  EXPECT_THAT(errors("[serve, \"" + std::string(4097, 'a') + "\"]"),
              HasSubstr("expected at most 4096 bytes without NUL"));
  EXPECT_THAT(errors("[serve, \"a\\0\", \"{port}\"]"),
              HasSubstr("expected at most 4096 bytes without NUL"));
  std::string many = "[\"{port}\"";
  for (int i = 0; i < 256; ++i) many += ", a";
  EXPECT_EQ(errors(many + "]"),
            "p.yaml:5:3 spec.command: got 257 items, expected at most 256");
  EXPECT_THAT(
      ReadProcess(ProcessDocument("  command: [s, \"\", \"{port}\"]\n" + ports))
          .command,
      ElementsAre("s", "", "{port}"));
}

TEST(LocalProcessDocument, PortsAreARangeOfThoseForAnybody) {
  const std::string command = "  command: [serve, \"{port}\"]\n";
  const auto errors = [&](const std::string& ports) {
    return ErrorsOf(ProcessDocument(command + "  ports: " + ports + "\n"));
  };
  EXPECT_THAT(errors("{from: 1023, to: 2000}"),
              HasSubstr("spec.ports.from: got 1023, expected a whole number "
                        "from 1024 to 65535"));
  EXPECT_THAT(errors("{from: 1024, to: 65536}"), HasSubstr("spec.ports.to:"));
  EXPECT_EQ(errors("{from: 2000, to: 1999}"),
            "p.yaml:6:27 spec.ports.to: got 1999, expected at least from, "
            "which is 2000");
  EXPECT_EQ(errors("{from: 2000}"), "p.yaml:6:3 spec.ports.to: is missing");
  EXPECT_THAT(errors("{from: 2000, to: 2001, too: 1}"),
              HasSubstr("spec.ports.too: unknown; did you mean to?"));
  EXPECT_THAT(errors("[2000, 2001]"), HasSubstr("expected a mapping"));
  EXPECT_EQ(ReadProcess(
                ProcessDocument(command + "  ports: {from: 1024, to: 65535}\n"))
                .most_instances(),
            64512);
}

TEST(LocalProcessDocument, NamesOfVariablesAreChecked) {
  ExpectErrors({
      {"env: {A-B: x}",
       "p.yaml:7:9 spec.env.A-B: got \"A-B\", expected a variable's name: "
       "letters, digits and _, no digit in front"},
      {"env: {1A: x}", "got \"1A\", expected a variable's name"},
      {"env: {\"A=B\": x}", "got \"A=B\", expected a variable's name"},
      {"env: {\"\": x}", "got \"\", expected a variable's name"},
      {"env: {A: 4}", "spec.env.A: got 4, expected text; put it in quotes"},
      {"env: {A: }", "spec.env.A: got nothing, expected text"},
      {"env: {A: \"x\\0y\"}", "expected text without NUL"},
      {"env: {A: a, A: b}", "spec.env.A: appears twice"},
      {"env: [A]", "spec.env: got a list, expected a mapping"},
  });
  EXPECT_THAT(
      ReadProcess(Also("  env: {LD_PRELOAD: x.so, _a1: b}\n")).environment,
      SizeIs(2));
}

TEST(LocalProcessDocument, VariablesAreAtMost256) {
  std::string env = "  env:\n";
  for (int i = 0; i < 257; ++i) env += "    V" + std::to_string(i) + ": x\n";
  EXPECT_THAT(ErrorsOf(Also(env)),
              HasSubstr("spec.env: got 257 variables, expected at most 256"));
}

TEST(LocalProcessDocument, OtherFieldsAreChecked) {
  ExpectErrors({
      {"host: example.com",
       "spec.host: got \"example.com\", expected an address of this machine"},
      {"host: 127.0.0.256", "expected an address of this machine"},
      {"host: \"[::1]\"", "expected an address of this machine"},
      {"stopTimeout: 11m",
       "spec.stopTimeout: got 11m, expected a duration from 0s to 10m"},
      {"stopTimeout: 500ms", "expected whole seconds"},
      {"logDirectory: \"\"", "spec.logDirectory: got \"\", expected a path"},
      {"workingDirectory: \"a\\nb\"", "expected a path"},
      {"stopTimeOut: 3s", "unknown; did you mean stopTimeout?"},
      {"replicas: 3", "spec.replicas: unknown"},
  });
  EXPECT_EQ(ReadProcess(Also("  stopTimeout: 0s\n")).stop_timeout, seconds(0));
  EXPECT_EQ(ReadProcess(Also("  host: localhost\n")).host, "localhost");
}

TEST(LocalProcessDocument, WhatIsMissingIsNamed) {
  EXPECT_EQ(ErrorsOf(ProcessDocument("  {}\n")),
            "p.yaml:4:1 spec.command: is missing\n"
            "p.yaml:4:1 spec.ports: is missing");
}

TEST(LocalProcessDocument, StatusIsOnlyAPolicys) {
  EXPECT_THAT(ErrorsOf(Also("status: {}\n")), HasSubstr("status: unknown"));
}

TEST(LocalProcessDocument, AllErrorsAreToldAtOnce) {
  const std::string errors = ErrorsOf(ProcessDocument(
      "  command: []\n  ports: {from: 1, to: 2}\n  env: {1: x}\n"
      "  host: x\n  other: 1\n"));
  for (const char* field :
       {"spec.command:", "spec.ports.from:", "spec.ports.to:", "spec.env.1:",
        "spec.host:", "spec.other:"}) {
    EXPECT_THAT(errors, HasSubstr(field));
  }
  EXPECT_THAT(errors, Not(HasSubstr("{port}")));
}

}  // namespace
}  // namespace prewarm
