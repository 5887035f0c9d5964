#include "warmup-controller/commands/cloudrun_options.h"

#include <gmock/gmock.h>

#include <map>

#include "common/base/json_text.h"
#include "tests/support/rsa_test_key.h"
#include "tests/support/temp_dir.h"

namespace prewarm {
namespace {

using std::chrono::seconds;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class CloudRunOptionsTest : public testing::Test {
 protected:
  Result<CloudRunSettings> Read() const {
    return ReadCloudRunOptions(options_, [this](const std::string& name) {
      const auto found = variables_.find(name);
      return found == variables_.end() ? "" : found->second;
    });
  }
  std::string KeyFile() const {
    static const RsaTestKey key;
    folder_.Write("key.json",
                  WriteJson({{"type", "service_account"},
                             {"project_id", "of-the-key"},
                             {"private_key_id", "k"},
                             {"private_key", key.pem()},
                             {"client_email", "c@p"},
                             {"token_uri", "https://oauth2.example/token"}}));
    return folder_.File("key.json");
  }

  const TempDir folder_;
  CloudRunOptions options_;
  std::map<std::string, std::string> variables_;
};

TEST_F(CloudRunOptionsTest, ByDefaultTheMetadataServerIsAsked) {
  const auto settings = Read();
  ASSERT_TRUE(settings.ok()) << settings.error().message;
  EXPECT_FALSE(settings->key.has_value());
  EXPECT_EQ(settings->metadata_host, "metadata.google.internal");
  EXPECT_EQ(settings->look_every, seconds(15));
  EXPECT_EQ(settings->step_every, seconds(300));
  EXPECT_EQ(settings->step_bound, seconds(120));
}

TEST_F(CloudRunOptionsTest, VariablesOfGooglesLibrariesCount) {
  variables_ = {{"GCE_METADATA_HOST", "127.0.0.1:1"},
                {"GOOGLE_CLOUD_PROJECT", "of-the-variable"},
                {"GOOGLE_APPLICATION_CREDENTIALS", KeyFile()}};
  auto settings = Read();
  ASSERT_TRUE(settings.ok()) << settings.error().message;
  EXPECT_EQ(settings->metadata_host, "127.0.0.1:1");
  EXPECT_EQ(settings->project, "of-the-variable");
  EXPECT_EQ(settings->key->email, "c@p");
  variables_.erase("GOOGLE_CLOUD_PROJECT");
  EXPECT_EQ(Read()->project, "of-the-key");
  options_.project = "of-the-option";
  EXPECT_EQ(Read()->project, "of-the-option");
}

TEST_F(CloudRunOptionsTest, TokenEndpointReplacesThatOfTheKey) {
  options_.credentials = KeyFile();
  options_.token_endpoint = "http://127.0.0.1:1/token";
  EXPECT_EQ(Read()->key->token_url, "http://127.0.0.1:1/token");
}

TEST_F(CloudRunOptionsTest, PassesNeedAnAudienceAndACaller) {
  options_.on_request = true;
  EXPECT_THAT(Read().error().message,
              HasSubstr("--reconcile-audience and --reconcile-caller"));
  options_.reconcile_audience = "https://a";
  EXPECT_FALSE(Read().ok());
  options_.reconcile_callers = {"s@p"};
  EXPECT_TRUE(Read().ok());
  options_.give_back = true;
  EXPECT_THAT(Read().error().message, HasSubstr("--give-back"));
  options_.give_back = false;
  options_.on_request = false;
  EXPECT_THAT(Read().error().message, HasSubstr("asked by nobody"));
}

TEST_F(CloudRunOptionsTest, AllThatIsWrongIsToldAtOnce) {
  folder_.Write("key.json", "the secret");
  options_.credentials = folder_.File("key.json");
  options_.run_endpoint = "run.googleapis.com";
  options_.keys_endpoint = "https://a?b";
  options_.look_every = "0s";
  options_.step_every = "1s";
  options_.step_bound = "1h";
  options_.service.listen = "nowhere";
  const auto settings = Read();
  ASSERT_FALSE(settings.ok());
  EXPECT_THAT(settings.error().message,
              AllOf(HasSubstr("--credentials="), HasSubstr("--run-endpoint"),
                    HasSubstr("--keys-endpoint"), HasSubstr("--look-every"),
                    HasSubstr("--step-every"), HasSubstr("--step-bound"),
                    HasSubstr("--listen"), Not(HasSubstr("the secret"))));
}

TEST_F(CloudRunOptionsTest, ProjectThatIsNoneIsToldWithWhereItIsFrom) {
  options_.project = "a b";
  EXPECT_THAT(Read().error().message, AllOf(HasSubstr("--project=\"a b\""),
                                            HasSubstr("or its number")));
  options_.project = "example.com:shop";
  EXPECT_TRUE(Read().ok());
  options_.project.clear();
  variables_["GOOGLE_CLOUD_PROJECT"] = "Shop Project";
  EXPECT_THAT(Read().error().message,
              HasSubstr("GOOGLE_CLOUD_PROJECT=\"Shop Project\""));
}

TEST_F(CloudRunOptionsTest, LocationIsARegion) {
  for (const std::string text : {"x/y", "europe-west1-b"}) {
    options_.location = text;
    EXPECT_THAT(Read().error().message,
                AllOf(HasSubstr("--location=\"" + text),
                      HasSubstr("gcloud run regions list")));
  }
  options_.location = "europe-west1";
  EXPECT_EQ(Read()->location, "europe-west1");
}

TEST_F(CloudRunOptionsTest, CallerIsAnAddressAndAudienceAUrl) {
  options_.on_request = true;
  options_.reconcile_callers = {"s@p", "nobody"};
  for (const std::string text : {"x", "http://a", "https://", "https://a?b"}) {
    options_.reconcile_audience = text;
    EXPECT_THAT(Read().error().message,
                AllOf(HasSubstr("--reconcile-caller=\"nobody\""),
                      HasSubstr("--reconcile-audience=\"" + text),
                      Not(HasSubstr("s@p\""))));
  }
  options_.reconcile_callers = {"s@p"};
  for (const std::string text : {"https://a", "https://a/", "https://a/b"}) {
    options_.reconcile_audience = text;
    EXPECT_TRUE(Read().ok()) << text;
  }
}

TEST_F(CloudRunOptionsTest, PassEndsBeforeTheNextIsDue) {
  options_.step_every = "2m";
  options_.step_bound = "10m";
  EXPECT_THAT(Read().error().message,
              AllOf(HasSubstr("--step-bound=\"10m\""),
                    HasSubstr("--step-every"), HasSubstr("2m at most")));
  options_.step_bound = "2m";
  EXPECT_EQ(Read()->step_bound, seconds(120));
  options_.step_every = "soon";
  EXPECT_THAT(Read().error().message, Not(HasSubstr("--step-bound")));
}

TEST_F(CloudRunOptionsTest, WhoCallsOftenGetsAShorterBoundByDefault) {
  options_.step_every = "1m";
  EXPECT_EQ(Read()->step_bound, seconds(60));
}

TEST_F(CloudRunOptionsTest, CloudRunSaysWhereToListen) {
  const auto none = [](const std::string& /*name*/) { return std::string(); };
  const auto port = [](const std::string& name) {
    return std::string(name == "PORT" ? "8080" : "");
  };
  EXPECT_EQ(UsualListen(none), "127.0.0.1:8090");
  EXPECT_EQ(UsualListen(port), "0.0.0.0:8080");
}

}  // namespace
}  // namespace prewarm
