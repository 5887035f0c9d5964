#include "common/store/state_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/store/state_store_fixture.h"

namespace prewarm {
namespace {

namespace fs = std::filesystem;
using std::chrono::hours;
using ::testing::HasSubstr;

TEST_F(StateStoreTest, WhatWasPublishedIsMappedAndAligned) {
  ASSERT_TRUE(Publish().ok());
  const auto state = store_.Open(key_);
  ASSERT_TRUE(state.ok()) << state.error().message;
  EXPECT_TRUE((*state)->Verify().ok());
  EXPECT_TRUE((*state)->intact());
  for (const auto& [name, tensor] : tensors_) {
    const TensorView& read = (*state)->tensors().at(name);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(read.data) % 64, 0U);
    EXPECT_TRUE(std::equal(tensor.data, tensor.data + tensor.bytes, read.data));
  }
  EXPECT_EQ((*state)->metadata().at("precision"), "bf16");
  EXPECT_EQ(Count(folder_.File("tmp")), 0);
}

TEST_F(StateStoreTest, NoneThereIsNotFound) {
  EXPECT_EQ(store_.Open(key_).error().code, ErrorCode::kNotFound);
  EXPECT_FALSE(fs::exists(folder_.File("state")));  // nothing is created
}

TEST_F(StateStoreTest, EveryPartOfTheKeyMakesAnotherState) {
  const std::vector<StateKey> others = {
      {"x", "digest", "onednn 2", "bf16", "isa 7", "cpu"},
      {"isnet", "x", "onednn 2", "bf16", "isa 7", "cpu"},
      {"isnet", "digest", "x", "bf16", "isa 7", "cpu"},
      {"isnet", "digest", "onednn 2", "x", "isa 7", "cpu"},
      {"isnet", "digest", "onednn 2", "bf16", "x", "cpu"},
      {"isnet", "digest", "onednn 2", "bf16", "isa 7", "x"}};
  ASSERT_TRUE(Publish().ok());
  for (const StateKey& other : others) {
    EXPECT_EQ(store_.Open(other).error().code, ErrorCode::kNotFound);
  }
}

TEST_F(StateStoreTest, PublishedAgainWhatWasThereStays) {
  ASSERT_TRUE(Publish().ok());
  const auto before = fs::last_write_time(File());
  ASSERT_TRUE(Publish().ok());
  EXPECT_EQ(fs::last_write_time(File()), before);
  EXPECT_EQ(Count(folder_.File("tmp")), 0);
}

TEST_F(StateStoreTest, FlippedByteAnywhereIsFoundQuarantinedAndRebuilt) {
  ASSERT_TRUE(Publish().ok());
  const auto size = static_cast<std::size_t>(fs::file_size(File()));
  std::vector<std::size_t> places = {0, 7, 8, 9, 100, size - 1};
  for (std::size_t at = 200; at < size; at += 237011) places.push_back(at);
  for (std::size_t block = 1 << 20; block < size; block += 1 << 20) {
    places.insert(places.end(), {block - 1, block});
  }
  for (const std::size_t at : places) {
    SCOPED_TRACE(at);
    std::fstream file(File(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(static_cast<std::streamoff>(at));
    const char byte = static_cast<char>(file.get() ^ 1);
    file.seekp(static_cast<std::streamoff>(at));
    file.put(byte);
    file.close();
    const auto state = store_.Open(key_);
    if (state.ok()) {
      EXPECT_EQ((*state)->Verify().error().code, ErrorCode::kCorrupt);
      EXPECT_TRUE(store_.Quarantine(key_.Hex(), "damaged", {}).ok());
    } else {
      EXPECT_EQ(state.error().code, ErrorCode::kCorrupt);
    }
    EXPECT_FALSE(fs::exists(Folder()));
    EXPECT_LE(Count(folder_.File("quarantine")), 3);
    ASSERT_TRUE(Publish().ok());
    ASSERT_TRUE(store_.Verify(key_.Hex()).ok());
  }
}

TEST_F(StateStoreTest, DamagedChecksumsDamageTheState) {
  for (const std::string text : {"", "prewarm-blocks-1\n",
                                 "nonsense that is longer than a checksum\n"}) {
    ASSERT_TRUE(Publish().ok());
    std::ofstream(Folder() + "/" + kBlocksFile) << text;
    EXPECT_EQ(store_.Open(key_).error().code, ErrorCode::kCorrupt) << text;
  }
  ASSERT_TRUE(Publish().ok());
  fs::remove(Folder() + "/" + kBlocksFile);
  EXPECT_EQ(store_.Open(key_).error().code, ErrorCode::kCorrupt);
}

TEST_F(StateStoreTest, StateThatWasRenamedToAnotherKeyIsRefused) {
  ASSERT_TRUE(Publish().ok());
  StateKey other = key_;
  other.precision = "fp32";
  const StatePaths paths(folder_.path());
  fs::rename(Folder(), paths.State(other.Hex()));
  const auto state = store_.Open(other);
  ASSERT_FALSE(state.ok());
  EXPECT_EQ(state.error().code, ErrorCode::kCorrupt);
  EXPECT_THAT(state.error().message, HasSubstr("precision"));
}

TEST_F(StateStoreTest, TruncatedUnderTheMapIsNotIntact) {
  ASSERT_TRUE(Publish().ok());
  const auto state = store_.Open(key_);
  ASSERT_TRUE(state.ok());
  fs::resize_file(File(), 2000000);
  EXPECT_FALSE((*state)->Verify().ok());
  EXPECT_FALSE((*state)->intact());
}

TEST_F(StateStoreTest, PartsTogetherVerifyEveryBlock) {
  ASSERT_TRUE(Publish().ok());
  const auto state = store_.Open(key_);
  ASSERT_TRUE(state.ok());
  std::fstream file(File(), std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(3000000);
  file.put(static_cast<char>(~bytes_[0]));
  file.close();
  for (const int parts : {1, 2, 3, 4, 9}) {
    int bad = 0;
    for (int part = 0; part < parts; ++part) {
      bad += (*state)->Verify(part, parts).ok() ? 0 : 1;
    }
    EXPECT_EQ(bad, 1) << parts;
  }
}

TEST_F(StateStoreTest, FaultAtAnyStepOfPublishLeavesNothingHalfWritten) {
  for (const ErrorCode code : {ErrorCode::kResourceExhausted,
                               ErrorCode::kInternal, ErrorCode::kForbidden}) {
    int step = 0;
    for (bool done = false; !done; ++step) {
      fs::remove_all(folder_.File("state"));
      FaultEnv env;
      env.FailFrom(step, MakeError(code, "fault"), /*only_once=*/true);
      const Status published = Publish(&env);
      done = env.calls() <= step;  // the fault was not reached
      EXPECT_TRUE(published.ok() || published.error().code == code);
      EXPECT_TRUE(!done || published.ok());
      ExpectWholeOrAbsent();
      ASSERT_LT(step, 100);
    }
    EXPECT_GT(step, 8);
    fs::remove_all(folder_.File("state"));
    fs::remove_all(folder_.File("tmp"));
  }
}

TEST_F(StateStoreTest, KilledAtAnyStepOfPublishLeavesNothingHalfWritten) {
  int step = 0;
  for (bool done = false; !done; ++step) {
    const pid_t child = fork();
    if (child == 0) {
      FaultEnv env;
      env.on_call = [step](int n) {
        if (n == step) raise(SIGKILL);
      };
      _exit(Publish(&env).ok() ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    done = WIFEXITED(status);
    EXPECT_TRUE(!done || WEXITSTATUS(status) == 0);
    ExpectWholeOrAbsent();
    ASSERT_LT(step, 100);
  }
  EXPECT_GT(step, 8);
  ASSERT_TRUE(store_.Open(key_).ok());
}

TEST_F(StateStoreTest, EightProcessesThatPublishLeaveOneWholeState) {
  std::vector<pid_t> children;
  for (int i = 0; i < 8; ++i) {
    children.push_back(fork());
    if (children.back() == 0) _exit(Publish().ok() ? 0 : 1);
  }
  for (const pid_t child : children) {
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  EXPECT_TRUE(store_.Verify(key_.Hex()).ok());
  EXPECT_EQ(Count(folder_.File("tmp")), 0);
}

TEST_F(StateStoreTest, OneBuilderAtATime) {
  auto first = store_.TryBuild(key_);
  ASSERT_TRUE(first.ok());
  ASSERT_NE(*first, nullptr);
  EXPECT_EQ(*store_.TryBuild(key_), nullptr);
  StateKey other = key_;
  other.precision = "fp32";
  EXPECT_NE(*store_.TryBuild(other), nullptr);
  first->reset();
  EXPECT_NE(*store_.TryBuild(key_), nullptr);
}

TEST_F(StateStoreTest, VolumeThatFailsToReadIsNoDamage) {
  ASSERT_TRUE(Publish().ok());
  for (int step = 0; step < 3; ++step) {
    FaultEnv env;
    env.FailFrom(step, MakeError(ErrorCode::kInternal, "Input/output error"));
    const auto state = StateStore(folder_.path(), &env).Open(key_);
    ASSERT_FALSE(state.ok());
    EXPECT_EQ(state.error().code, ErrorCode::kInternal);
  }
  EXPECT_TRUE(store_.Open(key_).ok());
}

TEST_F(StateStoreTest, DamageOnAReadOnlyVolumeIsToldAndLeftThere) {
  ASSERT_TRUE(Publish().ok());
  fs::resize_file(File(), 1000);
  FaultEnv env;
  // Reading works, what moves or makes things does not: first of all the
  // folder of the quarantine.
  env.FailFrom(4, MakeError(ErrorCode::kForbidden, "Read-only file system"));
  EXPECT_EQ(StateStore(folder_.path(), &env).Open(key_).error().code,
            ErrorCode::kCorrupt);
  EXPECT_TRUE(fs::exists(File()));
}

TEST_F(StateStoreTest, ListTellsWhatEachIs) {
  ASSERT_TRUE(Publish().ok());
  folder_.Write("state/not-a-key/x", "");
  const auto states = store_.List();
  ASSERT_TRUE(states.ok());
  ASSERT_EQ(states->size(), 1U);
  EXPECT_EQ(states->front().key, key_.Hex());
  EXPECT_EQ(states->front().bytes, fs::file_size(File()));
  EXPECT_EQ(states->front().metadata.at("weights_digest"), "digest");
}

TEST_F(StateStoreTest, LatestIsTheOneOfTheseWeightsThatWasUsedLast) {
  StateKey other = key_;
  other.layout = "isa 8";
  StateKey foreign = key_;
  foreign.weights_digest = "of another model";
  for (const StateKey& key : {key_, other, foreign}) {
    ASSERT_TRUE(store_.Publish(key, tensors_, {}).ok());
  }
  const auto used = [&](const StateKey& key, int hours_ago) {
    fs::last_write_time(
        StatePaths(folder_.path()).State(key.Hex()) + "/" + kBlocksFile,
        fs::file_time_type::clock::now() - hours(hours_ago));
  };
  used(key_, 2), used(other, 3), used(foreign, 1);
  EXPECT_EQ(store_.LoadLatest("digest")->key, key_.Hex());
  used(key_, 4);
  EXPECT_EQ(store_.LoadLatest("digest")->key, other.Hex());
  EXPECT_EQ(store_.LoadLatest("unknown").error().code, ErrorCode::kNotFound);
}

TEST_F(StateStoreTest, DamagedStateIsNotTheLatestButStillThereForOpen) {
  ASSERT_TRUE(Publish().ok());
  std::ofstream(Folder() + "/" + kBlocksFile) << "nonsense";
  EXPECT_EQ(store_.LoadLatest("digest").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(store_.Open(key_).error().code, ErrorCode::kCorrupt);
}

TEST_F(StateStoreTest, WhatWasLoadedAheadIsTakenOnlyUnderItsKey) {
  StateKey other = key_;
  other.precision = "fp32";
  ASSERT_TRUE(Publish().ok());
  const auto loaded = store_.LoadLatest("digest");
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  EXPECT_EQ(store_.Open(key_, *loaded).value(), loaded->state);
  EXPECT_EQ(store_.Open(other, *loaded).error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace prewarm
