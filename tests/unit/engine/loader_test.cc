#include "inference-server/engine/loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/support/temp_dir.h"

namespace prewarm {
namespace {

using ::testing::HasSubstr;

TEST(Loader, MissingFileIsUnavailableAndNamed) {
  const auto factory = LoadEngineFactory("/nonexistent/engine.so");
  ASSERT_FALSE(factory.ok());
  EXPECT_EQ(factory.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(factory.error().field, "engine");
  EXPECT_THAT(factory.error().message, HasSubstr("/nonexistent/engine.so"));
}

TEST(Loader, FileThatIsNoSharedObjectIsUnavailable) {
  const TempDir folder;
  const std::string path = folder.Write("not-an-engine.so", "text");
  const auto factory = LoadEngineFactory(path);
  ASSERT_FALSE(factory.ok());
  EXPECT_EQ(factory.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(factory.error().message, HasSubstr(path));
}

TEST(Loader, SharedObjectWithoutTheFactoryIsNoEngine) {
  const auto factory = LoadEngineFactory(NO_ENGINE);
  ASSERT_FALSE(factory.ok());
  EXPECT_EQ(factory.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(factory.error().message, HasSubstr("prewarm_engine_factory"));
}

TEST(Loader, UnknownNameListsTheKnownOnes) {
  const auto factory = LoadEngineFactory("tensorflow");
  ASSERT_FALSE(factory.ok());
  EXPECT_EQ(factory.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(factory.error().message, HasSubstr("auto, fused, torch"));
}

TEST(Loader, EngineIsMadeByTheObjectAtThePath) {
  const auto factory = LoadEngineFactory(FAKE_ENGINE);
  ASSERT_TRUE(factory.ok()) << factory.error().message;
  EngineOptions options;
  options.model = "m";
  const auto engine = factory.value()->Create(options);
  ASSERT_TRUE(engine.ok()) << engine.error().message;
  EXPECT_EQ(engine.value()->info().build, "fake");
  EXPECT_EQ(engine.value()->info().model, "m");
  EXPECT_EQ(LoadEngineFactory(FAKE_ENGINE).value(), factory.value());
}

TEST(Loader, WaitPolicyOfTheOperatorIsKept) {
  setenv("OMP_WAIT_POLICY", "ACTIVE", 1);
  EXPECT_FALSE(LoadEngineFactory(NO_ENGINE).ok());
  EXPECT_STREQ(getenv("OMP_WAIT_POLICY"), "ACTIVE");
  unsetenv("OMP_WAIT_POLICY");
  EXPECT_FALSE(LoadEngineFactory(NO_ENGINE).ok());
  EXPECT_STREQ(getenv("OMP_WAIT_POLICY"), "PASSIVE");
}

}  // namespace
}  // namespace prewarm
