#include "inference-server/download/partial_file.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/fault_env.h"
#include "tests/support/temp_dir.h"

namespace prewarm::download {
namespace {

class PartialFileTest : public testing::Test {
 protected:
  Result<PartialFile> Open() {
    return PartialFile::Open(&env_, folder_.File("a/b"));
  }

  TempDir folder_;
  FaultEnv env_;
};

TEST_F(PartialFileTest, GoesOnWhereAnEarlierProcessStopped) {
  {
    auto file = Open();
    ASSERT_TRUE(file.ok());
    EXPECT_EQ(file->size(), 0U);
    ASSERT_TRUE(file->Restart("\"v1\"").ok());
    ASSERT_TRUE(file->Append("first").ok());
    ASSERT_TRUE(file->Flush().ok());
  }
  auto file = Open();
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(file->size(), 5U);
  EXPECT_EQ(file->version(), "\"v1\"");
  ASSERT_TRUE(file->Append(" second").ok());
  ASSERT_TRUE(file->Flush().ok());
  EXPECT_EQ(TempDir::Read(file->path()), "first second");
}

TEST_F(PartialFileTest, WhatIsLargeReachesTheDiskBeforeFlush) {
  auto file = Open();
  ASSERT_TRUE(file->Restart("v").ok());
  ASSERT_TRUE(file->Append(std::string(1 << 20, 'x')).ok());
  EXPECT_EQ(std::filesystem::file_size(file->path()), 1U << 20);
}

TEST_F(PartialFileTest, RestartForgetsBytesAndVersion) {
  auto file = Open();
  ASSERT_TRUE(file->Restart("v1").ok());
  ASSERT_TRUE(file->Append("old").ok());
  ASSERT_TRUE(file->Restart("v2").ok());
  ASSERT_TRUE(file->Append("new").ok());
  ASSERT_TRUE(file->Flush().ok());
  EXPECT_EQ(file->size(), 3U);
  EXPECT_EQ(file->version(), "v2");
  EXPECT_EQ(TempDir::Read(file->path()), "new");
}

// Killed at any step of Restart, never old bytes beside the new version.
TEST_F(PartialFileTest, BytesNeverLieBesideTheVersionOfOthers) {
  const auto good = MakeError(ErrorCode::kInternal, "killed");
  for (int step = 0; step < 8; ++step) {
    SCOPED_TRACE(step);
    {
      auto file = Open();
      ASSERT_TRUE(file.ok());
      ASSERT_TRUE(file->Restart("v1").ok());
      ASSERT_TRUE(file->Append("old").ok());
      ASSERT_TRUE(file->Flush().ok());
      env_.FailFrom(step, good);
      static_cast<void>(file->Restart("v2"));
    }
    env_.Heal();
    auto file = Open();
    ASSERT_TRUE(file.ok());
    if (file->size() > 0) {
      EXPECT_EQ(file->version(), "v1");
    }
  }
}

TEST_F(PartialFileTest, SecondProcessIsToldToWait) {
  auto first = Open();
  ASSERT_TRUE(first.ok());
  const auto second = Open();
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
  EXPECT_NE(second.error().message.find("wait"), std::string::npos);
}

TEST_F(PartialFileTest, FullVolumeIsAnErrorAndKeepsWhatFitted) {
  auto file = Open();
  ASSERT_TRUE(file->Restart("v").ok());
  ASSERT_TRUE(file->Append("first").ok());
  ASSERT_TRUE(file->Flush().ok());
  ASSERT_TRUE(file->Append("second").ok());
  env_.FailFrom(0, MakeError(ErrorCode::kResourceExhausted, "full"));
  const Status full = file->Flush();
  ASSERT_FALSE(full.ok());
  EXPECT_EQ(full.error().code, ErrorCode::kResourceExhausted);
  EXPECT_EQ(file->size(), 5U);
}

}  // namespace
}  // namespace prewarm::download
