#include "warmup-controller/commands/kept_history.h"

#include <gmock/gmock.h>

#include "tests/support/temp_dir.h"

namespace prewarm {
namespace {

using testing::HasSubstr;

class KeptHistoryTest : public testing::Test {
 protected:
  bool IsThere(const std::string& path) const {
    return std::filesystem::exists(path);
  }

  const TempDir folder_;
  const std::string path_ = folder_.File("state/controller.json");
};

TEST_F(KeptHistoryTest, FirstStartMakesTheFolder) {
  KeptHistory kept(path_);
  const Status loaded = kept.Load();
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  kept.Save(History(), Clock::System().Now());
  EXPECT_TRUE(IsThere(path_));
}

TEST_F(KeptHistoryTest, FolderThatWentMeanwhileIsMadeAgain) {
  KeptHistory kept(path_);
  ASSERT_TRUE(kept.Load().ok());
  std::filesystem::remove_all(folder_.File("state"));
  kept.Save(History(), Clock::System().Now());
  EXPECT_TRUE(IsThere(path_));
}

TEST_F(KeptHistoryTest, WithoutAPathNothingIsKept) {
  KeptHistory kept("");
  EXPECT_TRUE(kept.Check().ok());
  EXPECT_TRUE(kept.Load().ok());
  kept.Save(History(), Clock::System().Now());
}

TEST_F(KeptHistoryTest, CheckMakesNothing) {
  EXPECT_TRUE(KeptHistory(path_).Check().ok());
  EXPECT_FALSE(IsThere(folder_.File("state")));
  folder_.Write("state/controller.json", "{\"version\"");
  EXPECT_TRUE(KeptHistory(path_).Check().ok());
  EXPECT_FALSE(IsThere(path_ + ".lock"));
  EXPECT_FALSE(IsThere(path_ + ".bad"));
  EXPECT_EQ(TempDir::Read(path_), "{\"version\"");
}

TEST_F(KeptHistoryTest, CheckTellsWhatAStartWouldRefuse) {
  folder_.Write("state/controller.json", "{\"version\": 2}");
  for (const std::string& path : {path_, folder_.File("none/state/a.json")}) {
    const Status checked = KeptHistory(path).Check();
    ASSERT_FALSE(checked.ok());
    EXPECT_EQ(checked.error().field, "--state");
    EXPECT_EQ(KeptHistory(path).Load().error().message,
              checked.error().message);
  }
}

TEST_F(KeptHistoryTest, CheckBesideAControllerThatRunsIsNoQuarrel) {
  KeptHistory running(path_);
  ASSERT_TRUE(running.Load().ok());
  EXPECT_TRUE(KeptHistory(path_).Check().ok());
  const Status second = KeptHistory(path_).Load();
  ASSERT_FALSE(second.ok());
  EXPECT_THAT(second.error().message, HasSubstr("another controller has it"));
}

}  // namespace
}  // namespace prewarm
