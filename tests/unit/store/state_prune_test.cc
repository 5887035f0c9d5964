// How states leave the store: unused, damaged, replaced, half removed.
#include <gmock/gmock.h>

#include "tests/unit/store/state_store_fixture.h"

namespace prewarm {
namespace {

namespace fs = std::filesystem;
using std::chrono::hours;

TEST_F(StateStoreTest, PruneTakesStatesOfOtherWeightsAtOnce) {
  ASSERT_TRUE(Publish().ok());
  const auto now = std::chrono::system_clock::now();
  EXPECT_EQ(store_.Prune({"digest"}, hours(1), now)->removed, 0);
  EXPECT_TRUE(fs::exists(File()));
  const auto pruned = store_.Prune({"another"}, hours(1), now);
  ASSERT_TRUE(pruned.ok());
  EXPECT_EQ(pruned->removed, 1);
  EXPECT_GT(pruned->bytes, bytes_.size());
  EXPECT_FALSE(fs::exists(Folder()));
}

TEST_F(StateStoreTest, PruneTakesWhatWasNotUsedForTheGraceTime) {
  ASSERT_TRUE(Publish().ok());
  folder_.Write("tmp/state-abc/state.safetensors", "half");
  folder_.Write("quarantine/old/x", "old");
  folder_.Write("history/tmp-abc/new", "half");
  const std::string history = folder_.Write("history/abc.jsonl", "{}");
  const auto now = std::chrono::system_clock::now();
  EXPECT_EQ(store_.Prune({"digest"}, hours(1), now)->removed, 0);
  EXPECT_EQ(store_.Prune({}, hours(1), now + hours(2))->removed, 4);
  EXPECT_TRUE(fs::exists(history));
  EXPECT_EQ(Count(folder_.File("tmp")), 0);
  EXPECT_EQ(Count(folder_.File("quarantine")), 0);
}

TEST_F(StateStoreTest, OpeningIsUse) {
  StateKey other = key_;
  other.layout = "isa 8";
  ASSERT_TRUE(Publish().ok());
  ASSERT_TRUE(store_.Publish(other, tensors_, {}).ok());  // used last
  Age(key_, hours(50));
  const auto now = std::chrono::system_clock::now();
  ASSERT_TRUE(store_.Open(key_).ok());
  EXPECT_EQ(store_.Prune({"digest"}, hours(24), now)->removed, 0);
  Age(key_, hours(50));
  EXPECT_EQ(store_.Prune({"digest"}, hours(24), now)->removed, 1);
  EXPECT_FALSE(fs::exists(Folder()));
}

// Servers on a read-only volume leave no trace of their use.
TEST_F(StateStoreTest, LastUsedStateOfWantedWeightsIsNeverPruned) {
  StateKey other = key_;
  other.layout = "isa 8";
  StateKey foreign = key_;
  foreign.weights_digest = "another";
  for (const StateKey& key : {key_, other, foreign}) {
    ASSERT_TRUE(store_.Publish(key, tensors_, {}).ok());
  }
  Age(key_, hours(60));
  Age(other, hours(50));
  Age(foreign, hours(70));
  const auto now = std::chrono::system_clock::now();
  EXPECT_EQ(store_.Prune({"digest", "another"}, hours(24), now)->removed, 1);
  EXPECT_FALSE(fs::exists(Folder()));
  EXPECT_TRUE(store_.Open(other).ok());
  EXPECT_TRUE(store_.Open(foreign).ok());
}

// Published by a machine whose clock was ahead, or pruned by one behind.
TEST_F(StateStoreTest, StateOfTheFutureIsNotPruned) {
  ASSERT_TRUE(Publish().ok());
  const auto now = std::chrono::system_clock::now();
  EXPECT_EQ(store_.Prune({"digest"}, hours(1), now - hours(9000))->removed, 0);
  fs::last_write_time(Folder() + "/" + kBlocksFile,
                      fs::file_time_type::clock::now() + hours(9000));
  EXPECT_EQ(store_.Prune({"digest"}, hours(1), now)->removed, 0);
}

TEST_F(StateStoreTest, ClockThatLeapsAheadCostsARebuildAndNoMore) {
  ASSERT_TRUE(Publish().ok());
  const auto state = store_.Open(key_);
  ASSERT_TRUE(state.ok());
  const auto leapt = std::chrono::system_clock::now() + hours(9000);
  EXPECT_EQ(store_.Prune({}, hours(1), leapt)->removed, 1);
  EXPECT_TRUE((*state)->Verify().ok());
  EXPECT_TRUE(Publish().ok());
  ExpectWholeOrAbsent();
}

TEST_F(StateStoreTest, MappedStateOutlivesItsPruning) {
  ASSERT_TRUE(Publish().ok());
  const auto state = store_.Open(key_);
  ASSERT_TRUE(state.ok());
  const auto now = std::chrono::system_clock::now();
  ASSERT_EQ(store_.Prune({}, hours(1), now)->removed, 1);
  EXPECT_TRUE((*state)->Verify().ok());
  EXPECT_TRUE((*state)->intact());
}

// However far a removal came: what is left is in nobody's way.
TEST_F(StateStoreTest, FaultAtAnyStepOfPruneLeavesAWholeStateOrNone) {
  for (int step = 0; step < 30; ++step) {
    ASSERT_TRUE(Publish().ok());
    FaultEnv env;
    env.FailFrom(step, MakeError(ErrorCode::kInternal, "fault"));
    static_cast<void>(
        StateStore(folder_.path(), &env)
            .Prune({}, hours(1), std::chrono::system_clock::now()));
    ExpectWholeOrAbsent();
  }
}

TEST_F(StateStoreTest, HalfRemovedStateIsReplacedByTheNextPublish) {
  for (const char* file : {kStateFile, kBlocksFile}) {
    ASSERT_TRUE(Publish().ok());
    fs::remove(Folder() + "/" + file);
    ASSERT_TRUE(Publish().ok());
    EXPECT_TRUE(store_.Verify(key_.Hex()).ok()) << file;
  }
  fs::remove_all(Folder());
  fs::create_directories(Folder());
  ASSERT_TRUE(Publish().ok());
  EXPECT_TRUE(store_.Open(key_).ok());
}

TEST_F(StateStoreTest, DamagedStateIsReplacedByTheNextPublish) {
  ASSERT_TRUE(Publish().ok());
  std::fstream(File(), std::ios::in | std::ios::out).seekp(3000000).put('!');
  ASSERT_TRUE(Publish().ok());
  EXPECT_TRUE(store_.Verify(key_.Hex()).ok());
  EXPECT_EQ(Count(folder_.File("quarantine")), 1);
}

TEST_F(StateStoreTest, FilesBeyondTheirLimitsAreDamage) {
  ASSERT_TRUE(Publish().ok());
  std::ofstream(Folder() + "/" + kBlocksFile)
      << std::string(kMaxBlocksFile + 1, 'x');
  EXPECT_EQ(store_.Open(key_).error().code, ErrorCode::kCorrupt);
  ASSERT_TRUE(Publish().ok());
  std::ofstream(File(), std::ios::app) << 'x';
  EXPECT_EQ(store_.Open(key_).error().code, ErrorCode::kCorrupt);
  EXPECT_FALSE(fs::exists(Folder()));
}

// Two servers notice the same damage, the second when the first has repaired
// it.
TEST_F(StateStoreTest, LateQuarantineLeavesWhatWasPutInItsPlace) {
  ASSERT_TRUE(Publish().ok());
  const auto mapped = store_.Open(key_);
  ASSERT_TRUE(mapped.ok());
  const auto damaged = (*mapped)->identity();
  ASSERT_TRUE(store_.Quarantine(key_.Hex(), "first", damaged).ok());
  EXPECT_FALSE(fs::exists(Folder()));
  ASSERT_TRUE(store_.Quarantine(key_.Hex(), "gone already", damaged).ok());
  ASSERT_TRUE(Publish().ok());
  ASSERT_TRUE(store_.Quarantine(key_.Hex(), "late", damaged).ok());
  EXPECT_TRUE(store_.Verify(key_.Hex()).ok());
  EXPECT_EQ(Count(folder_.File("quarantine")), 1);
}

TEST_F(StateStoreTest, QuarantineWithinOneSecondKeepsAll) {
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(Publish().ok());
    ASSERT_TRUE(store_.Quarantine(key_.Hex(), "damaged", {}).ok());
  }
  EXPECT_EQ(Count(folder_.File("quarantine")), 3);
}

TEST_F(StateStoreTest, PublishRemovesWhatWasLeftHalfWrittenADayAgo) {
  const std::string old = folder_.Write("tmp/state-old/x", "half");
  const std::string young = folder_.Write("tmp/state-young/x", "half");
  const std::string import = folder_.Write("tmp/import-old/x", "half");
  for (const std::string& file : {old, import}) {
    fs::last_write_time(fs::path(file).parent_path(),
                        fs::file_time_type::clock::now() - hours(25));
  }
  ASSERT_TRUE(Publish().ok());
  EXPECT_FALSE(fs::exists(old));
  EXPECT_TRUE(fs::exists(young));
  EXPECT_TRUE(fs::exists(import));
}

}  // namespace
}  // namespace prewarm
