#include <gmock/gmock.h>

#include <filesystem>

#include "tests/unit/commands/command.h"

namespace prewarm {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class LocalCheckTest : public CommandTest {
 protected:
  LocalCheckTest() {
    File("policy.yaml", PolicyNamed("hours"));
    File("server.yaml",
         "apiVersion: prewarm.dev/v1alpha1\nkind: LocalProcess\n"
         "metadata: {name: server, namespace: shop}\nspec:\n"
         "  command: [\"true\", \"{port}\"]\n"
         "  ports: {from: 20000, to: 20099}\n");
  }
  Outcome Check(const std::vector<std::string>& more = {}) {
    std::vector<std::string> all = {"local", "--check", "--policies", folder()};
    all.insert(all.end(), more.begin(), more.end());
    return Run(all);
  }
};

TEST_F(LocalCheckTest, FolderThatIsRightIsSaidToBe) {
  const Outcome outcome = Check();
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "ok: 1 policy, and a target for each\n");
  EXPECT_EQ(outcome.err, "");
}

TEST_F(LocalCheckTest, PolicyWithoutATargetIsNamed) {
  File("server.yaml", PolicyNamed("other"));
  const Outcome outcome = Check();
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.err, HasSubstr("there is no LocalProcess or\n"));
}

TEST_F(LocalCheckTest, ProgramThatIsNotThereIsNamed) {
  File("server.yaml",
       "apiVersion: prewarm.dev/v1alpha1\nkind: LocalProcess\n"
       "metadata: {name: server, namespace: shop}\nspec:\n"
       "  command: [/nowhere/serve, \"{port}\"]\n"
       "  ports: {from: 20000, to: 20099}\n");
  const Outcome outcome = Check();
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.err, HasSubstr("/nowhere/serve"));
  EXPECT_EQ(outcome.out, "");
}

TEST_F(LocalCheckTest, FoldersThatAreNotThereAreNamedFromTheFileOn) {
  File("server.yaml",
       "apiVersion: prewarm.dev/v1alpha1\nkind: LocalProcess\n"
       "metadata: {name: server, namespace: shop}\nspec:\n"
       "  command: [\"true\", \"{port}\"]\n"
       "  workingDirectory: /nowhere\n  logDirectory: logs\n"
       "  ports: {from: 20000, to: 20099}\n");
  const Outcome outcome = Check();
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.err,
              AllOf(HasSubstr("workingDirectory:"), HasSubstr("/nowhere\n"),
                    HasSubstr("logDirectory:")));
  std::filesystem::create_directory(Path("logs"));
  EXPECT_THAT(Check().err, Not(HasSubstr("logDirectory")));
}

TEST_F(LocalCheckTest, AllOptionsThatAreWrongAreNamedAtOnce) {
  const Outcome outcome = Check(
      {"--listen", "8090", "--cors-origin", "https://shop.example/",
       "--trusted-proxy", "10.0.0.0/99", "--forward-intents", "leader:8090",
       "--intent-secret-file", Path("none"), "--admin-token-file", folder()});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_THAT(
      outcome.err,
      AllOf(HasSubstr("--listen=\"8090\""), HasSubstr("--cors-origin: "),
            HasSubstr("--trusted-proxy: "), HasSubstr("--forward-intents: ")));
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("--intent-secret-file="),
                                 HasSubstr("--admin-token-file=")));
}

TEST_F(LocalCheckTest, OnePortIsNotForBothListeners) {
  const Outcome outcome =
      Check({"--listen", "127.0.0.1:8090", "--public", "127.0.0.1:8090"});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_THAT(outcome.err, HasSubstr("expected another port"));
  EXPECT_EQ(
      Check({"--listen", "127.0.0.1:0", "--public", "127.0.0.1:0"}).status, 0);
}

TEST_F(LocalCheckTest, SecretThatCanBeGuessedIsRefused) {
  const std::string file = File("secret", "too short\n");
  const Outcome outcome = Check({"--intent-secret-file", file});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("9 bytes"), HasSubstr("openssl")));
  EXPECT_THAT(outcome.err, Not(HasSubstr("too short")));
}

TEST_F(LocalCheckTest, FolderOfTheStateMayBeMissingAndIsNotMadeYet) {
  const Outcome outcome = Check({"--state", Path("none") + "/state.json"});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_FALSE(std::filesystem::exists(Path("none")));
}

TEST_F(LocalCheckTest, StateInAFolderThatCanNotBeMadeIsRefused) {
  const Outcome outcome = Check({"--state", Path("none") + "/of/state.json"});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_THAT(outcome.err, HasSubstr("--state="));
  EXPECT_THAT(Check({"--state", folder()}).err, HasSubstr("is a folder"));
}

TEST_F(LocalCheckTest, StateOfALaterVersionIsLeftAsItIs) {
  const std::string file = File("state/state.json", "{\"version\": 2}");
  const Outcome outcome = Check({"--state", file});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_THAT(outcome.err, HasSubstr("version is 2"));
  EXPECT_EQ(TempDir::Read(file), "{\"version\": 2}");
}

}  // namespace
}  // namespace prewarm
