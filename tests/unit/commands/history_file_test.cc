#include "warmup-controller/commands/history_file.h"

#include <gmock/gmock.h>

#include "tests/support/temp_dir.h"
#include "tests/unit/schedule/plan.h"

namespace prewarm {
namespace {

using testing::HasSubstr;

class HistoryFileTest : public testing::Test {
 protected:
  const TempDir folder_;
  const std::string path_ = folder_.File("state.json");
};

TEST_F(HistoryFileTest, WhatIsSavedIsLoaded) {
  History history;
  history.policies["shop/hours"].known_since = Utc(2026, 3, 2);
  ASSERT_TRUE(SaveHistory(path_, history).ok());
  const auto loaded = LoadHistory(path_);
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  EXPECT_EQ(HistoryText(*loaded), HistoryText(history));
}

TEST_F(HistoryFileTest, WithoutAFileItIsEmpty) {
  const auto loaded = LoadHistory(path_);
  ASSERT_TRUE(loaded.ok());
  EXPECT_TRUE(loaded->policies.empty());
}

TEST_F(HistoryFileTest, DamagedOneIsSetAside) {
  folder_.Write("state.json", "{\"version\"");
  const auto loaded = LoadHistory(path_);
  ASSERT_FALSE(loaded.ok());
  EXPECT_EQ(loaded.error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(TempDir::Read(path_ + ".bad"), "{\"version\"");
  EXPECT_TRUE(LoadHistory(path_).ok());
}

TEST_F(HistoryFileTest, LaterVersionStaysWhereItIs) {
  folder_.Write("state.json", "{\"version\": 2}");
  const auto loaded = LoadHistory(path_);
  ASSERT_FALSE(loaded.ok());
  EXPECT_THAT(loaded.error().message, HasSubstr("--state="));
  EXPECT_EQ(TempDir::Read(path_), "{\"version\": 2}");
}

TEST_F(HistoryFileTest, TwoControllersDoNotShareOne) {
  auto first = HistoryLock::Take(path_);
  ASSERT_TRUE(first.ok()) << first.error().message;
  const auto second = HistoryLock::Take(path_);
  ASSERT_FALSE(second.ok());
  EXPECT_THAT(second.error().message, HasSubstr("another controller has it"));
  first->reset();
  EXPECT_TRUE(HistoryLock::Take(path_).ok());
}

TEST_F(HistoryFileTest, BesideOrInPlaceTheSameIsWritten) {
  History history;
  history.policies["shop/hours"].known_since = Utc(2026, 3, 2);
  ASSERT_TRUE(SaveHistoryInPlace(path_, history).ok());
  const std::string text = TempDir::Read(path_);
  history.policies.clear();
  ASSERT_TRUE(SaveHistoryInPlace(path_, history).ok());
  EXPECT_LT(TempDir::Read(path_).size(), text.size());
  history.policies["shop/hours"].known_since = Utc(2026, 3, 2);
  ASSERT_TRUE(SaveHistoryBeside(path_, history).ok());
  EXPECT_EQ(TempDir::Read(path_), text);
}

TEST_F(HistoryFileTest, WhatCanNotBeWrittenIsToldWithItsPath) {
  const std::string nowhere = folder_.File("none/state.json");
  for (const auto save : {&SaveHistoryInPlace, &SaveHistoryBeside}) {
    const Status saved = save(nowhere, History());
    ASSERT_FALSE(saved.ok());
    EXPECT_THAT(saved.error().message, HasSubstr(nowhere));
  }
  // A device that is always full.
  EXPECT_FALSE(SaveHistoryInPlace("/dev/full", History()).ok());
}

}  // namespace
}  // namespace prewarm
