#include "warmup-controller/commands/state_folder.h"

#include <gmock/gmock.h>

#include "tests/support/temp_dir.h"

namespace prewarm {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class StateFolderTest : public testing::Test {
 protected:
  bool IsThere(const std::string& name) const {
    return std::filesystem::exists(folder_.File(name));
  }

  const TempDir folder_;
};

TEST_F(StateFolderTest, TheOneThatIsMissingIsMade) {
  const std::string path = folder_.File("state/controller.json");
  ASSERT_TRUE(CheckStateFolder(path).ok());
  EXPECT_FALSE(IsThere("state"));
  const Status made = MakeStateFolder(path);
  ASSERT_TRUE(made.ok()) << made.error().message;
  EXPECT_TRUE(IsThere("state"));
  EXPECT_TRUE(MakeStateFolder(path).ok());
  EXPECT_TRUE(CheckStateFolder(path).ok());
}

TEST_F(StateFolderTest, WhatIsMissingAboveItIsNotMade) {
  const std::string path = folder_.File("bucket/state/controller.json");
  for (const auto folder : {&MakeStateFolder, &CheckStateFolder}) {
    const Status done = folder(path);
    ASSERT_FALSE(done.ok());
    EXPECT_EQ(done.error().field, "--state");
    EXPECT_THAT(done.error().message,
                AllOf(HasSubstr("--state="), HasSubstr("No such file"),
                      HasSubstr("expected a folder")));
  }
  EXPECT_FALSE(IsThere("bucket"));
}

TEST_F(StateFolderTest, FileInPlaceOfTheFolderIsTold) {
  folder_.Write("state", "a file");
  for (const auto folder : {&MakeStateFolder, &CheckStateFolder}) {
    const Status done = folder(folder_.File("state/controller.json"));
    ASSERT_FALSE(done.ok());
    EXPECT_THAT(done.error().message, HasSubstr("File exists"));
  }
}

TEST_F(StateFolderTest, FolderInPlaceOfTheFileIsTold) {
  for (const std::string& path : {folder_.path(), folder_.File("none/")}) {
    for (const auto folder : {&MakeStateFolder, &CheckStateFolder}) {
      const Status done = folder(path);
      ASSERT_FALSE(done.ok());
      EXPECT_THAT(done.error().message, AllOf(HasSubstr("is a folder"),
                                              HasSubstr("/controller.json")));
    }
  }
  EXPECT_FALSE(IsThere("none"));
}

TEST_F(StateFolderTest, FileWithoutAFolderIsInThisOne) {
  EXPECT_TRUE(CheckStateFolder("controller.json").ok());
  EXPECT_TRUE(MakeStateFolder("controller.json").ok());
}

TEST_F(StateFolderTest, DiskIsNoMountedBucket) {
  EXPECT_FALSE(IsOnFuse(folder_.File("state.json")));
  EXPECT_FALSE(IsOnFuse(folder_.File("none/state.json")));
  EXPECT_FALSE(IsOnFuse("state.json"));
}

}  // namespace
}  // namespace prewarm
