#include "inference-server/results/result_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "common/base/sha256.h"
#include "tests/support/fault_env.h"
#include "tests/support/temp_dir.h"

namespace prewarm {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::chrono::seconds kTtl{100};

class ResultStoreTest : public testing::Test {
 protected:
  ResultStoreTest() { limits_.ttl = kTtl; }

  ResultStore Open(const ResultLimits& limits) {
    return {folder_.path(), limits, &env_};
  }
  static ResultKey Key(const std::string& name, char tenant = 'a') {
    return {std::string(16, tenant), Sha256Hex(name)};
  }
  StoredResult Result(const std::string& picture) const {
    StoredResult result;
    result.type = "image/png";
    result.mode = "base";
    result.created = std::chrono::duration_cast<std::chrono::seconds>(
                         now_.time_since_epoch())
                         .count();
    result.picture = picture;
    return result;
  }
  std::string Path(const ResultKey& key) const {
    return folder_.path() + "/" + key.tenant + "/" + key.mac;
  }
  // As if it had been written so long ago.
  void Age(const ResultKey& key, std::chrono::seconds age) const {
    fs::last_write_time(Path(key), fs::file_time_type::clock::now() - age);
  }
  std::vector<std::string> Leftovers() const {
    std::vector<std::string> names;
    std::error_code none;
    for (const auto& entry :
         fs::directory_iterator(folder_.path() + "/tmp", none)) {
      names.push_back(entry.path().filename().string());
    }
    return names;
  }
  // What Get gives: the picture, or the error's message.
  static std::string Got(const ResultStore& store, const ResultKey& key,
                         WallTime now) {
    const auto result = store.Get(key, now);
    return result.ok() ? result.value().picture : "";
  }

  const TempDir folder_;
  FaultEnv env_;
  ResultLimits limits_;
  WallTime now_ = Clock::System().WallNow();
};

TEST_F(ResultStoreTest, WhatWasPutIsThereForEveryServerOfTheFolder) {
  ResultStore store = Open(limits_);
  ASSERT_TRUE(store.Put(Key("one"), Result("bytes"), now_).ok());
  EXPECT_EQ(Got(Open(limits_), Key("one"), now_), "bytes");
  EXPECT_THAT(Leftovers(), IsEmpty());
}

TEST_F(ResultStoreTest, WhatWasNotPutIsNotFound) {
  const auto none = Open(limits_).Get(Key("one"), now_);
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().code, ErrorCode::kNotFound);
}

TEST_F(ResultStoreTest, IsGoneWhenItsTimeIsOver) {
  ResultStore store = Open(limits_);
  ASSERT_TRUE(store.Put(Key("one"), Result("bytes"), now_).ok());
  EXPECT_EQ(Got(store, Key("one"), now_ + kTtl - std::chrono::seconds(2)),
            "bytes");
  const auto late = store.Get(Key("one"), now_ + kTtl);
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.error().code, ErrorCode::kNotFound);
}

TEST_F(ResultStoreTest, ASweepRemovesWhatIsExpiredAndNothingElse) {
  ResultStore store = Open(limits_);
  ASSERT_TRUE(store.Put(Key("old"), Result("x"), now_).ok());
  ASSERT_TRUE(store.Put(Key("young"), Result("y"), now_).ok());
  Age(Key("old"), kTtl + std::chrono::seconds(2));
  const auto swept = store.Sweep(now_);
  ASSERT_TRUE(swept.ok());
  EXPECT_EQ(swept.value().expired, 1U);
  EXPECT_EQ(swept.value().for_room, 0U);
  EXPECT_FALSE(fs::exists(Path(Key("old"))));
  EXPECT_EQ(Got(store, Key("young"), now_), "y");
  EXPECT_EQ(store.usage().entries, 1U);
  EXPECT_EQ(store.usage().bytes, fs::file_size(Path(Key("young"))));
}

TEST_F(ResultStoreTest, TheOldestGiveWayWhenThereAreTooMany) {
  limits_.entries = 10;
  ResultStore store = Open(limits_);
  for (int i = 0; i < 10; ++i) {
    const ResultKey key = Key(std::to_string(i));
    ASSERT_TRUE(store.Put(key, Result("x"), now_).ok());
    Age(key, std::chrono::seconds(50 - i));
  }
  const auto swept = store.Put(Key("new"), Result("x"), now_);
  ASSERT_TRUE(swept.ok());
  // One for the new one, and one to spare.
  EXPECT_EQ(swept.value().for_room, 2U);
  EXPECT_FALSE(fs::exists(Path(Key("0"))));
  EXPECT_FALSE(fs::exists(Path(Key("1"))));
  EXPECT_TRUE(fs::exists(Path(Key("2"))));
  EXPECT_EQ(Got(store, Key("new"), now_), "x");
  EXPECT_EQ(store.usage().entries, 9U);
}

TEST_F(ResultStoreTest, TheBytesOfAllStayWithinTheLimit) {
  limits_.bytes = 100'000;
  ResultStore store = Open(limits_);
  for (int i = 0; i < 40; ++i) {
    ASSERT_TRUE(
        store.Put(Key(std::to_string(i)), Result(std::string(9'000, 'x')), now_)
            .ok());
    std::uintmax_t all = 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder_.path())) {
      if (entry.is_regular_file()) all += entry.file_size();
    }
    EXPECT_LE(all, limits_.bytes);
    EXPECT_GE(store.usage().bytes, all);
  }
}

TEST_F(ResultStoreTest, OneThatWouldPushOutTheOthersIsRefused) {
  limits_.bytes = 1000;
  ResultStore store = Open(limits_);
  const auto put = store.Put(Key("large"), Result(std::string(300, 'x')), now_);
  ASSERT_FALSE(put.ok());
  EXPECT_EQ(put.error().code, ErrorCode::kTooLarge);
  EXPECT_FALSE(fs::exists(Path(Key("large"))));
}

TEST_F(ResultStoreTest, OthersFilesCountAsWell) {
  limits_.entries = 4;
  ResultStore mine = Open(limits_);
  ResultStore theirs = Open(limits_);
  ASSERT_TRUE(mine.Put(Key("mine"), Result("x"), now_).ok());
  for (const char* name : {"a", "b", "c"}) {
    ASSERT_TRUE(theirs.Put(Key(name), Result("x"), now_).ok());
  }
  ASSERT_TRUE(mine.Sweep(now_).ok());
  EXPECT_EQ(mine.usage().entries, 4U);
}

TEST_F(ResultStoreTest, DamagedIsNotServedAndRemoved) {
  ResultStore store = Open(limits_);
  ASSERT_TRUE(store.Put(Key("one"), Result("bytes"), now_).ok());
  const std::string path = Path(Key("one"));
  std::string bytes = TempDir::Read(path);
  bytes.back() = '!';
  folder_.Write(Key("one").tenant + "/" + Key("one").mac, bytes);
  const auto damaged = store.Get(Key("one"), now_);
  ASSERT_FALSE(damaged.ok());
  EXPECT_EQ(damaged.error().code, ErrorCode::kCorrupt);
  EXPECT_FALSE(fs::exists(path));
}

TEST_F(ResultStoreTest, RemovedIsGoneAndTwiceIsNoError) {
  ResultStore store = Open(limits_);
  ASSERT_TRUE(store.Put(Key("one"), Result("x"), now_).ok());
  EXPECT_TRUE(store.Remove(Key("one")).ok());
  EXPECT_FALSE(store.Get(Key("one"), now_).ok());
  EXPECT_TRUE(store.Remove(Key("one")).ok());
}

TEST_F(ResultStoreTest, ATenantsResultsGoTogetherAndOthersStay) {
  ResultStore store = Open(limits_);
  ASSERT_TRUE(store.Put(Key("1", 'a'), Result("x"), now_).ok());
  ASSERT_TRUE(store.Put(Key("2", 'a'), Result("x"), now_).ok());
  ASSERT_TRUE(store.Put(Key("1", 'b'), Result("y"), now_).ok());
  const auto purged = store.Purge(std::string(16, 'a'));
  ASSERT_TRUE(purged.ok());
  EXPECT_EQ(purged.value(), 2U);
  EXPECT_FALSE(store.Get(Key("1", 'a'), now_).ok());
  EXPECT_EQ(Got(store, Key("1", 'b'), now_), "y");
  EXPECT_THAT(Leftovers(), IsEmpty());
  // And the tenant goes on.
  ASSERT_TRUE(store.Put(Key("1", 'a'), Result("z"), now_).ok());
  EXPECT_EQ(Got(store, Key("1", 'a'), now_), "z");
}

TEST_F(ResultStoreTest, APurgeOfAllLeavesWhatIsNotOurs) {
  ResultStore store = Open(limits_);
  ASSERT_TRUE(store.Put(Key("1", 'a'), Result("x"), now_).ok());
  ASSERT_TRUE(store.Put(Key("1", 'b'), Result("y"), now_).ok());
  const std::string foreign = folder_.Write("notes/mine.txt", "mine");
  const auto purged = store.Purge(std::nullopt);
  ASSERT_TRUE(purged.ok());
  EXPECT_EQ(purged.value(), 2U);
  EXPECT_FALSE(store.Get(Key("1", 'b'), now_).ok());
  EXPECT_TRUE(fs::exists(foreign));
}

TEST_F(ResultStoreTest, APurgeWhileOneIsWrittenCostsNoWrite) {
  ResultStore store = Open(limits_);
  ASSERT_TRUE(store.Put(Key("1"), Result("x"), now_).ok());
  bool purged = false;
  // Between the folder's making and the rename into it.
  int calls_of_put = 0;
  env_.on_call = [&](int) { ++calls_of_put; };
  ASSERT_TRUE(store.Put(Key("2"), Result("x"), now_).ok());
  const int rename = env_.calls() + calls_of_put - 2;  // before Remove
  env_.on_call = [&](int call) {
    if (call != rename || purged) return;
    purged = true;
    fs::remove_all(folder_.path() + "/" + Key("3").tenant);
  };
  EXPECT_TRUE(store.Put(Key("3"), Result("x"), now_).ok());
  EXPECT_TRUE(purged);
  EXPECT_EQ(Got(store, Key("3"), now_), "x");
}

TEST_F(ResultStoreTest, AFullVolumeFailsTheWriteAndLeavesNothingHalfDone) {
  ResultStore store = Open(limits_);
  ASSERT_TRUE(store.Put(Key("before"), Result("x"), now_).ok());
  int calls = -env_.calls();
  ASSERT_TRUE(store.Put(Key("counted"), Result("x"), now_).ok());
  calls += env_.calls();
  ASSERT_GT(calls, 4);
  for (int n = 0; n < calls; ++n) {
    env_.FailFrom(n, MakeError(ErrorCode::kResourceExhausted, "full"), true);
    const ResultKey key = Key("try " + std::to_string(n));
    const auto put = store.Put(key, Result("picture"), now_);
    env_.Heal();
    const std::string seen = Got(store, key, now_);
    // Whole or not there, whatever call failed; only a failed tidying up is no
    // failed write.
    EXPECT_EQ(seen, put.ok() ? "picture" : "") << n;
    EXPECT_EQ(Got(store, Key("before"), now_), "x");
  }
}

TEST_F(ResultStoreTest, WhatAKilledWriterLeftGoesAfterAnHour) {
  ResultStore store = Open(limits_);
  ASSERT_TRUE(store.Put(Key("one"), Result("x"), now_).ok());
  folder_.Write("tmp/result-old/result", "half");
  folder_.Write("tmp/result-new/result", "half");
  fs::last_write_time(folder_.path() + "/tmp/result-old",
                      fs::file_time_type::clock::now() - std::chrono::hours(2));
  ASSERT_TRUE(store.Sweep(now_).ok());
  EXPECT_THAT(Leftovers(), ElementsAre("result-new"));
}

TEST_F(ResultStoreTest, AReadOnlyVolumeStillServesWhatIsThere) {
  ASSERT_TRUE(Open(limits_).Put(Key("one"), Result("x"), now_).ok());
  ResultStore store = Open(limits_);
  env_.FailFrom(1, MakeError(ErrorCode::kForbidden, "read-only"));
  EXPECT_EQ(Got(store, Key("one"), now_), "x");
  const auto put = store.Put(Key("two"), Result("y"), now_);
  ASSERT_FALSE(put.ok());
  EXPECT_EQ(put.error().code, ErrorCode::kForbidden);
}

}  // namespace
}  // namespace prewarm
