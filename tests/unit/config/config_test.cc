#include "inference-server/config/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "tests/support/temp_dir.h"

namespace prewarm {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class ConfigTest : public testing::Test {
 protected:
  ~ConfigTest() override {
    for (const std::string& name : set_) unsetenv(name.c_str());
  }

  void Env(const std::string& name, const std::string& value) {
    setenv(name.c_str(), value.c_str(), 1);
    set_.push_back(name);
  }
  // A file of the test; its path.
  std::string File(const std::string& text,
                   const std::string& name = "config.yaml") const {
    return folder_.Write(name, text);
  }
  static Result<ParsedConfig> Parse(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "inference-server");
    std::vector<const char*> argv;
    argv.reserve(arguments.size());
    for (const std::string& each : arguments) argv.push_back(each.c_str());
    return ParseConfig(static_cast<int>(argv.size()), argv.data());
  }
  static ServerConfig Good(const std::vector<std::string>& arguments) {
    auto parsed = Parse(arguments);
    EXPECT_TRUE(parsed.ok()) << parsed.error().message;
    return parsed.ok() ? parsed->config : ServerConfig{};
  }
  static std::string Bad(const std::vector<std::string>& arguments) {
    const auto parsed = Parse(arguments);
    EXPECT_FALSE(parsed.ok());
    if (parsed.ok()) return "";
    EXPECT_EQ(parsed.error().code, ErrorCode::kInvalidArgument);
    return parsed.error().message;
  }

 private:
  const TempDir folder_;
  std::vector<std::string> set_;
};

TEST_F(ConfigTest, DefaultsAreThoseOfTheHeader) {
  const ServerConfig c = Good({});
  EXPECT_EQ(c.host, "0.0.0.0");
  EXPECT_EQ(c.port, 8080);
  EXPECT_EQ(c.admin_port, -1);
  EXPECT_EQ(c.queue, 64);
  EXPECT_EQ(c.max_body_mib, 32U);
  EXPECT_EQ(c.max_wait_seconds, 120);
  EXPECT_TRUE(c.warm_on_start);
  EXPECT_EQ(c.precision, Precision::kAuto);
  EXPECT_EQ(c.blend_threshold, 0);
}

TEST_F(ConfigTest, TheMemoryBudgetIsTwoThirdsOfAContainersMemory) {
  const std::uint64_t gib = std::uint64_t{1} << 30;
  EXPECT_EQ(DefaultMemoryBudgetMib(std::nullopt), 2048U);
  EXPECT_EQ(DefaultMemoryBudgetMib(3 * gib), 2048U);
  EXPECT_EQ(DefaultMemoryBudgetMib(64 * gib), 2048U);
  EXPECT_EQ(DefaultMemoryBudgetMib(gib * 3 / 4), 512U);
  EXPECT_EQ(DefaultMemoryBudgetMib(1), 64U);
  const char* name = "inference-server";
  EXPECT_EQ(ParseConfig(1, &name, gib)->config.memory_budget_mib, 682U);
}

TEST_F(ConfigTest, AMemoryBudgetThatIsGivenIsTakenInAContainerToo) {
  const std::vector<const char*> argv = {"inference-server",
                                         "--memory-budget-mib", "3000"};
  const auto parsed = ParseConfig(3, argv.data(), std::uint64_t{1} << 30);
  EXPECT_EQ(parsed->config.memory_budget_mib, 3000U);
}

TEST_F(ConfigTest, FlagWinsOverEnvironmentOverFileOverDefault) {
  const std::string file = File("port: 1001\nqueue: 5\nmodel: of-file\n");
  Env("PREWARM_PORT", "1002");
  Env("PREWARM_QUEUE", "6");
  const ServerConfig c = Good({"--config", file, "--port", "1003"});
  EXPECT_EQ(c.port, 1003);
  EXPECT_EQ(c.queue, 6);
  EXPECT_EQ(c.model, "of-file");
  EXPECT_EQ(c.max_wait_seconds, 120);
}

TEST_F(ConfigTest, EveryOptionHasItsEnvironmentVariable) {
  const std::string secret = File("a-secret-of-enough-bytes\n", "secret.txt");
  const std::string tokens = File("one\r\ntwo\n", "tokens.txt");
  const std::string results = File(
      std::string(32, 'n') + "\n" + std::string(32, 'o') + "\n", "keys.txt");
  const std::string hash(64, 'a');
  const std::map<std::string, std::string> variables = {
      {"PREWARM_HOST", "127.0.0.1"},
      {"PREWARM_ADMIN_PORT", "9090"},
      {"PREWARM_STORE", "/srv"},
      {"PREWARM_MODEL", "large"},
      {"PREWARM_FAST_MODEL", "small"},
      {"PREWARM_ENGINE", "/lib/engine.so"},
      {"PREWARM_PRECISION", "fp32"},
      {"PREWARM_THREADS", "2"},
      {"PREWARM_BLEND_THRESHOLD", "512"},
      {"PREWARM_MAX_BODY_MIB", "8"},
      {"PREWARM_MEMORY_BUDGET_MIB", "512"},
      {"PREWARM_MAX_WAIT", "2.5"},
      {"PREWARM_DRAIN_TIMEOUT", "7"},
      {"PREWARM_WARM_ON_START", "false"},
      {"PREWARM_LOG_FORMAT", "json"},
      {"PREWARM_LOG_LEVEL", "debug"},
      {"PREWARM_CORS_ORIGIN", "https://a.example,https://b.example"},
      {"PREWARM_API_KEY_HASH", hash},
      {"PREWARM_UPLOAD_TOKEN_SECRET_FILE", secret},
      {"PREWARM_ADMIN_TOKEN_FILE", tokens},
      {"PREWARM_TRUSTED_PROXY", "10.0.0.0/8"},
      {"PREWARM_RATE", "3"},
      {"PREWARM_BURST", "9"},
      {"PREWARM_RESULTS", "asked"},
      {"PREWARM_RESULTS_SECRET_FILE", results},
      {"PREWARM_RESULTS_DIR", "/srv/results"},
      {"PREWARM_RESULTS_TTL", "60"},
      {"PREWARM_RESULTS_MAX_AGE", "5"},
      {"PREWARM_RESULTS_MAX_MIB", "16"},
  };
  for (const auto& [name, value] : variables) Env(name, value);
  const ServerConfig c = Good({});
  EXPECT_EQ(c.host, "127.0.0.1");
  EXPECT_EQ(c.admin_port, 9090);
  EXPECT_EQ(c.store, "/srv");
  EXPECT_EQ(c.model, "large");
  EXPECT_EQ(c.fast_model, "small");
  EXPECT_EQ(c.engine, "/lib/engine.so");
  EXPECT_EQ(c.precision, Precision::kFp32);
  EXPECT_EQ(c.threads, 2);
  EXPECT_EQ(c.blend_threshold, 512);
  EXPECT_EQ(c.max_body_mib, 8U);
  EXPECT_EQ(c.memory_budget_mib, 512U);
  EXPECT_EQ(c.max_wait_seconds, 2.5);
  EXPECT_EQ(c.drain_seconds, 7);
  EXPECT_FALSE(c.warm_on_start);
  EXPECT_EQ(c.log_format, LogFormat::kJson);
  EXPECT_EQ(c.log_level, LogLevel::kDebug);
  EXPECT_THAT(c.cors_origins,
              ElementsAre("https://a.example", "https://b.example"));
  EXPECT_THAT(c.access.api_key_hashes, ElementsAre(hash));
  EXPECT_EQ(c.access.upload_secret, "a-secret-of-enough-bytes");
  EXPECT_THAT(c.access.admin_tokens, ElementsAre("one", "two"));
  EXPECT_EQ(c.trusted_proxies.size(), 1U);
  EXPECT_EQ(c.rate.rate, 3);
  EXPECT_EQ(c.rate.burst, 9);
  EXPECT_EQ(c.results.mode, ResultsMode::kAsked);
  EXPECT_THAT(c.results.secrets,
              ElementsAre(std::string(32, 'n'), std::string(32, 'o')));
  EXPECT_EQ(c.results.folder, "/srv/results");
  EXPECT_EQ(c.results.ttl_seconds, 60);
  EXPECT_EQ(c.results.max_age_seconds, 5);
  EXPECT_EQ(c.results.max_mib, 16U);
}

TEST_F(ConfigTest, ResultsArePrivateUnlessASecretMakesTheirKeys) {
  EXPECT_EQ(Good({}).results.mode, ResultsMode::kPrivate);
  EXPECT_THAT(Bad({"--results", "shared"}), HasSubstr("--results-secret-file"));
  EXPECT_THAT(Bad({"--results", "asked"}), HasSubstr("--results-secret-file"));
  EXPECT_THAT(Bad({"--results", "public"}), HasSubstr("--results"));
  const std::string good = File(std::string(32, 's') + "\n", "good.txt");
  EXPECT_EQ(
      Good({"--results", "shared", "--results-secret-file", good}).results.mode,
      ResultsMode::kShared);
  const std::string line = std::string(32, 's') + "\n";
  std::string three = line;
  three.append(line).append(line);
  for (const std::string& text :
       {std::string("short\n"), std::string(), three, line + "short\n",
        std::string(1025, 's') + "\n"}) {
    EXPECT_THAT(Bad({"--results-secret-file", File(text, "bad.txt")}),
                AllOf(HasSubstr("--results-secret-file"),
                      HasSubstr("32 to 1024"), HasSubstr("openssl rand")));
  }
}

TEST_F(ConfigTest, FileMayComeFromTheEnvironmentToo) {
  Env("PREWARM_CONFIG", File("port: 1234\n"));
  EXPECT_EQ(Good({}).port, 1234);
}

TEST_F(ConfigTest, ListsInTheFile) {
  const ServerConfig c = Good(
      {"--config", File("cors-origin: [https://a.example, https://b.example]\n"
                        "trusted-proxy: 10.0.0.0/8\n")});
  EXPECT_EQ(c.cors_origins.size(), 2U);
  EXPECT_EQ(c.trusted_proxies.size(), 1U);
}

TEST_F(ConfigTest, FlagReplacesAListOfTheFile) {
  const ServerConfig c = Good({"--config", File("cors-origin: [https://a.b]\n"),
                               "--cors-origin", "https://c.d"});
  EXPECT_THAT(c.cors_origins, ElementsAre("https://c.d"));
}

TEST_F(ConfigTest, UnknownSettingOfTheFileIsNamedWithItsPlace) {
  const std::string path = File("host: 127.0.0.1\nprot: 80\n");
  EXPECT_THAT(
      Bad({"--config", path}),
      AllOf(HasSubstr(path + ":2:1"), HasSubstr("prot"), HasSubstr("--help")));
}

TEST_F(ConfigTest, BadValueOfTheFileIsNamedWithItsPlaceAndTheRule) {
  const std::string path = File("host: 127.0.0.1\nport: 99999\n");
  EXPECT_THAT(Bad({"--config", path}),
              AllOf(HasSubstr(path + ":2:"), HasSubstr("port"),
                    HasSubstr("99999"), HasSubstr("65535")));
}

TEST_F(ConfigTest, ListForASingleValueIsRefused) {
  EXPECT_THAT(Bad({"--config", File("port: [1, 2]\n")}),
              AllOf(HasSubstr("port"), HasSubstr("one value")));
}

TEST_F(ConfigTest, FileCannotPointToAnotherFile) {
  EXPECT_THAT(Bad({"--config", File("config: other.yaml\n")}),
              HasSubstr("unknown setting"));
}

TEST_F(ConfigTest, MissingFileAndFolderAreNamed) {
  EXPECT_THAT(Bad({"--config", "/no/such/file.yaml"}),
              AllOf(HasSubstr("--config"), HasSubstr("/no/such/file.yaml")));
  EXPECT_THAT(Bad({"--config", "/tmp"}), HasSubstr("/tmp"));
}

TEST_F(ConfigTest, BadFlagIsNamedWithTheRule) {
  const std::vector<std::vector<std::string>> cases = {
      {"--port", "65536"},        {"--port", "http"},
      {"--port", "-1"},           {"--admin-port", "-2"},
      {"--queue", "0"},           {"--max-body-mib", "0"},
      {"--max-body-mib", "-1"},   {"--threads", "-1"},
      {"--max-wait", "-1"},       {"--max-wait", "nan"},
      {"--drain-timeout", "inf"}, {"--precision", "int4"},
      {"--log-level", "loud"},    {"--log-format", "xml"},
      {"--rate", "-1"},           {"--burst", "0"},
      {"--warm-on-start", "7"},   {"--memory-budget-mib", "1"},
      {"--results-ttl", "0"},     {"--results-max-age", "-1"},
      {"--results-max-mib", "0"}};
  for (const auto& each : cases) {
    EXPECT_THAT(Bad(each), HasSubstr(each[0])) << each[0] << " " << each[1];
  }
  EXPECT_THAT(Bad({"--port", "65536"}),
              AllOf(HasSubstr("65536"), HasSubstr("65535")));
}

TEST_F(ConfigTest, BlendThresholdLeavesThePictureOfTheProofAlone) {
  EXPECT_EQ(Good({"--blend-threshold", "0"}).blend_threshold, 0);
  EXPECT_EQ(Good({"--blend-threshold", "256"}).blend_threshold, 256);
  EXPECT_EQ(Good({"--config", File("blend-threshold: 640\n")}).blend_threshold,
            640);
  for (const char* value : {"1", "255", "-1", "4097", "512px", "0.5"}) {
    EXPECT_THAT(Bad({"--blend-threshold", value}),
                AllOf(HasSubstr("--blend-threshold"), HasSubstr(value),
                      HasSubstr("0, or 256 to 4096")));
  }
}

TEST_F(ConfigTest, BadVariableIsNamedAsTheVariable) {
  Env("PREWARM_PORT", "99999");
  EXPECT_THAT(Bad({}), AllOf(HasSubstr("PREWARM_PORT"), HasSubstr("99999"),
                             HasSubstr("65535")));
}

TEST_F(ConfigTest, UnknownFlagIsNamed) {
  EXPECT_THAT(Bad({"--prot", "80"}),
              AllOf(HasSubstr("--prot"), HasSubstr("--help")));
  EXPECT_THAT(Bad({"stray"}), HasSubstr("stray"));
}

TEST_F(ConfigTest, KeyInsteadOfItsHashIsRefusedWithTheCommandThatMakesOne) {
  EXPECT_THAT(Bad({"--api-key-hash", "my-key"}),
              AllOf(HasSubstr("--api-key-hash"), HasSubstr("sha256sum")));
}

TEST_F(ConfigTest, SecretsComeFromFilesOfTheRightShape) {
  EXPECT_THAT(Bad({"--upload-token-secret-file", File("short\n", "s1.txt")}),
              HasSubstr("16"));
  EXPECT_THAT(Bad({"--admin-token-file", File("a\nb\nc\n", "s2.txt")}),
              HasSubstr("one or two"));
  EXPECT_THAT(Bad({"--admin-token-file", File("\n \n", "s3.txt")}),
              HasSubstr("one or two"));
  EXPECT_THAT(Bad({"--admin-token-file", "/no/such"}),
              AllOf(HasSubstr("--admin-token-file"), HasSubstr("/no/such")));
}

TEST_F(ConfigTest, UnknownEngineIsNamedWithTheKnownOnes) {
  EXPECT_THAT(Bad({"--engine", "nosuch"}),
              AllOf(HasSubstr("--engine"), HasSubstr("nosuch"),
                    HasSubstr("auto, fused, torch")));
  EXPECT_EQ(Good({"--engine", "./own.so"}).engine, "./own.so");
}

TEST_F(ConfigTest, GpuForAnEngineOfTheCpuIsRefused) {
  EXPECT_THAT(Bad({"--engine", "torch", "--device", "cuda"}),
              AllOf(HasSubstr("--device"), HasSubstr("torch")));
  EXPECT_THAT(Bad({"--device", "gpu"}), HasSubstr("cuda"));
}

TEST_F(ConfigTest, AdminPortThatIsThePortIsRefused) {
  EXPECT_THAT(Bad({"--port", "9000", "--admin-port", "9000"}),
              AllOf(HasSubstr("--admin-port"), HasSubstr("9000")));
  EXPECT_EQ(Good({"--port", "0", "--admin-port", "0"}).admin_port, 0);
}

TEST_F(ConfigTest, FastModelIsAnother) {
  EXPECT_EQ(Good({}).fast_model, "");
  EXPECT_EQ(Good({"--config", File("fast-model: small\n")}).fast_model,
            "small");
  EXPECT_THAT(Bad({"--fast-model", "isnet"}),
              AllOf(HasSubstr("--fast-model"), HasSubstr("isnet"),
                    HasSubstr("give another, or leave it out")));
}

TEST_F(ConfigTest, OnlyAnOriginIsAnOrigin) {
  for (const char* origin : {"foo", "https://", "https://a.example/",
                             "ftp://a.example", "https://a.example?x"}) {
    EXPECT_THAT(Bad({"--cors-origin", origin}),
                AllOf(HasSubstr("--cors-origin"), HasSubstr(origin)));
  }
  for (const char* origin :
       {"*", "https://a.example", "http://127.0.0.1:8080"}) {
    EXPECT_EQ(Good({"--cors-origin", origin}).cors_origins.front(), origin);
  }
}

TEST_F(ConfigTest, DeviceLossesComeFromTheEnvironment) {
  Env(kLossesVariable, "cuda: no GPU answers\n");
  const auto losses = Good({}).losses;
  ASSERT_EQ(losses.size(), 1U);
  EXPECT_EQ(losses[0].reason, "no GPU answers");
}

TEST_F(ConfigTest, BadProxyIsNamed) {
  EXPECT_THAT(Bad({"--trusted-proxy", "10.0.0.0/99"}),
              AllOf(HasSubstr("--trusted-proxy"), HasSubstr("10.0.0.0/99")));
}

TEST_F(ConfigTest, HelpNamesEveryOptionAndItsVariable) {
  const auto help = Parse({"--help"});
  ASSERT_TRUE(help.ok());
  ASSERT_TRUE(help->print.has_value());
  for (const char* text :
       {"--port", "PREWARM_PORT", "--store", "--model", "--config",
        "--admin-port", "--warm-on-start", "PREWARM_MAX_BODY_MIB", "8080"}) {
    EXPECT_THAT(*help->print, HasSubstr(text));
  }
}

TEST_F(ConfigTest, VersionIsOneLine) {
  const auto version = Parse({"--version"});
  ASSERT_TRUE(version.ok());
  EXPECT_EQ(*version->print, "inference-server " PREWARM_VERSION "\n");
}

}  // namespace
}  // namespace prewarm
