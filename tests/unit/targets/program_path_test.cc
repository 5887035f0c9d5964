#include "warmup-controller/targets/program_path.h"

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace prewarm {
namespace {

class ProgramPathTest : public testing::Test {
 protected:
  ProgramPathTest() {
    std::filesystem::permissions(program_, std::filesystem::perms::owner_all);
  }

  const TempDir folder_;
  const std::string program_ = folder_.Write("bin/serve", "");
  const std::string notes_ = folder_.Write("bin/notes", "");
};

TEST_F(ProgramPathTest, NameIsLookedForInPath) {
  const std::string bin = folder_.File("bin");
  EXPECT_TRUE(ProgramIsThere("serve", "", "/nowhere:" + bin));
  EXPECT_FALSE(ProgramIsThere("serve", "", "/nowhere"));
  EXPECT_FALSE(ProgramIsThere("serve", bin, "/nowhere"));
}

TEST_F(ProgramPathTest, PathBeginsAtTheWorkingDirectory) {
  EXPECT_TRUE(ProgramIsThere("bin/serve", folder_.path(), ""));
  EXPECT_FALSE(ProgramIsThere("bin/serve", folder_.File("bin"), ""));
  EXPECT_TRUE(ProgramIsThere(program_, "/nowhere", ""));
}

TEST_F(ProgramPathTest, WhatCannotBeRunIsNone) {
  EXPECT_FALSE(ProgramIsThere("bin/notes", folder_.path(), ""));
  EXPECT_FALSE(ProgramIsThere("./bin", folder_.path(), ""));
}

}  // namespace
}  // namespace prewarm
