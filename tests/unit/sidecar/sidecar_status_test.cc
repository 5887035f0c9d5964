#include "warmup-controller/sidecar/sidecar_status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "warmup-controller/sidecar/own_server.h"

namespace prewarm {
namespace {

using ::testing::HasSubstr;

SidecarStatus Staged() {
  SidecarStatus status;
  status.staging.wanted = status.staging.staged = true;
  return status;
}

std::shared_ptr<const TargetStatus> ServerIs(const std::string& state, int warm,
                                             const std::string& error = "") {
  auto server = std::make_shared<TargetStatus>();
  server->state = state;
  server->warm = warm;
  InstanceStatus instance;
  instance.error = error;
  server->instances.push_back(instance);
  return server;
}

// The server may start only after it: one that waits for the other never ends.
TEST(CheckStagedTest, IsStagedWithoutAServer) {
  EXPECT_TRUE(CheckStaged(Staged()).ok());
}

TEST(CheckStagedTest, WithoutASharedStoreThereIsNothingToWaitFor) {
  EXPECT_TRUE(CheckStaged(SidecarStatus()).ok());
}

TEST(CheckStagedTest, SaysHowFarItIs) {
  SidecarStatus status;
  status.staging.wanted = true;
  status.staging.bytes = 12'000'000;
  status.staging.total = 345'600'000;
  const Status staged = CheckStaged(status);
  ASSERT_FALSE(staged.ok());
  EXPECT_EQ(staged.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(staged.error().message, HasSubstr("12 of 345 MB"));
}

TEST(CheckStagedTest, SaysWhyItFails) {
  SidecarStatus status;
  status.staging.wanted = true;
  status.staging.failures = 2;
  status.staging.error = "can't list /mnt";
  EXPECT_THAT(CheckStaged(status).error().message,
              HasSubstr("after 2 attempts: can't list /mnt"));
}

TEST(CheckWarmTest, NobodyIsWarmBeforeItIsStaged) {
  SidecarStatus status;
  status.staging.wanted = true;
  status.server = ServerIs("ready", 1);
  EXPECT_FALSE(CheckWarm(status).ok());
}

TEST(CheckWarmTest, ServerThatHasProvedItselfIsWarm) {
  SidecarStatus status = Staged();
  EXPECT_FALSE(CheckWarm(status).ok());
  status.server = ServerIs("ready", 1);
  EXPECT_TRUE(CheckWarm(status).ok());
}

TEST(CheckWarmTest, ColdServerIsSaidToBeOneAndWhy) {
  SidecarStatus status = Staged();
  status.server = ServerIs("failed", 0, "no verified canary");
  EXPECT_THAT(CheckWarm(status).error().message,
              HasSubstr("the server is failed: no verified canary"));
}

TEST(CheckWarmTest, WhoStopsLetsNobodyIn) {
  SidecarStatus status = Staged();
  status.server = ServerIs("ready", 1);
  status.draining = true;
  EXPECT_FALSE(CheckWarm(status).ok());
  EXPECT_TRUE(CheckStaged(status).ok());
}

TEST(SidecarStatusJsonTest, HasWhatAnOperatorAsks) {
  SidecarStatus status = Staged();
  status.staging.left_out = "a state";
  status.server = ServerIs("warming", 0);
  const auto json = nlohmann::json::parse(SidecarStatusJson(status));
  EXPECT_TRUE(json["staging"]["staged"].get<bool>());
  EXPECT_EQ(json["staging"]["leftOut"], "a state");
  EXPECT_TRUE(json["staging"]["error"].is_null());
  EXPECT_FALSE(json["warm"].get<bool>());
  EXPECT_EQ(json["server"]["state"], "warming");
}

TEST(SidecarStatusJsonTest, ServerThatNobodyHasSeenIsNull) {
  EXPECT_TRUE(
      nlohmann::json::parse(SidecarStatusJson(Staged()))["server"].is_null());
}

TEST(OwnServerTest, IsOneInstanceWhateverIsAskedFor) {
  OwnServer server("http://127.0.0.1:8080", "http://127.0.0.1:8081");
  ASSERT_TRUE(server.Scale(5, {}).ok());
  const TargetView view = server.Observe();
  ASSERT_EQ(view.instances.size(), 1U);
  EXPECT_EQ(UrlOf(view.instances[0], "admin"), "http://127.0.0.1:8081");
  EXPECT_FALSE(server.Replace(view.instances[0].id).ok());
}

}  // namespace
}  // namespace prewarm
