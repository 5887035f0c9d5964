#include "inference-server/results/shared_results.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "common/base/sha256.h"
#include "tests/support/fault_env.h"
#include "tests/support/temp_dir.h"

namespace prewarm {
namespace {

constexpr std::chrono::seconds kLong{30};

class CountingWatcher : public ResultWatcher {
 public:
  void OnLookup(ResultReader, bool hit) override { Add(hit ? "hit" : "miss"); }
  void OnKept() override { Add("kept"); }
  void OnLost(ResultLoss why, std::size_t count) override {
    const std::lock_guard lock(mutex_);
    counts_[why == ResultLoss::kDamaged ? "damaged" : "swept"] += count;
  }
  void OnTrouble(ResultTask task) override { Add(ResultTaskName(task)); }
  void OnUsage(const ResultUsage&) override { Add("usage"); }

  std::size_t count(const std::string& what) {
    const std::lock_guard lock(mutex_);
    return counts_[what];
  }

 private:
  void Add(const std::string& what) {
    const std::lock_guard lock(mutex_);
    ++counts_[what];
  }
  std::mutex mutex_;
  std::map<std::string, std::size_t> counts_;
};

class SharedResultsTest : public testing::Test {
 protected:
  SharedResultsTest() {
    options_.folder = folder_.path();
    options_.secrets = {"the newer secret", "the older secret"};
    options_.patience = kLong;
  }
  void Start() {
    results_ = std::make_unique<SharedResults>(options_, &env_, &timer_,
                                               Clock::System(), &watcher_);
  }
  static StoredResult Picture(const std::string& bytes) {
    StoredResult result;
    result.type = "image/png";
    result.picture = bytes;
    return result;
  }
  Status Keep(const ResultKey& key, const std::string& bytes) {
    std::promise<Status> kept;
    results_->Keep(key, Picture(bytes),
                   [&](const Status& status) { kept.set_value(status); });
    return kept.get_future().get();
  }
  Result<StoredResult> Find(const ResultKey& key) {
    std::promise<Result<StoredResult>> found;
    results_->Find(key, ResultReader::kGet, [&](Result<StoredResult> result) {
      found.set_value(std::move(result));
    });
    return found.get_future().get();
  }

  const TempDir folder_;
  FaultEnv env_;
  CountingWatcher watcher_;
  Timer timer_;
  SharedResultsOptions options_;
  const ResultKey key_{std::string(16, 'a'), Sha256Hex("one")};
  std::unique_ptr<SharedResults> results_;
};

TEST_F(SharedResultsTest, WhatIsKeptIsFoundWithTheTimeOfKeeping) {
  Start();
  EXPECT_FALSE(Find(key_).ok());
  ASSERT_TRUE(Keep(key_, "bytes").ok());
  const auto found = Find(key_);
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found.value().picture, "bytes");
  EXPECT_GT(found.value().created, 1'600'000'000);
  EXPECT_EQ(watcher_.count("miss"), 1U);
  EXPECT_EQ(watcher_.count("hit"), 1U);
  EXPECT_EQ(watcher_.count("kept"), 1U);
}

TEST_F(SharedResultsTest, AFolderThatHangsIsAnErrorInTime) {
  std::promise<void> hang;
  const std::shared_future<void> released = hang.get_future().share();
  env_.on_call = [released](int) { released.wait(); };
  options_.patience = std::chrono::milliseconds(20);
  Start();
  const auto found = Find(key_);
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().code, ErrorCode::kUnavailable);
  EXPECT_TRUE(found.error().retry_after_seconds.has_value());
  EXPECT_EQ(Keep(key_, "x").error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(watcher_.count("miss"), 1U);
  EXPECT_EQ(watcher_.count("read"), 1U);
  EXPECT_EQ(watcher_.count("keep"), 1U);
  hang.set_value();
}

TEST_F(SharedResultsTest, WhileOneIsOverdueOthersAreRefusedAtOnce) {
  std::promise<void> hang;
  const std::shared_future<void> released = hang.get_future().share();
  Start();
  ASSERT_TRUE(Keep(key_, "bytes").ok());
  results_.reset();  // its sweep is over then
  // Shared with a sweep that may outlive the test.
  const auto hangs = std::make_shared<std::atomic<bool>>(true);
  env_.on_call = [released, hangs](int) {
    if (*hangs) released.wait();
  };
  options_.patience = std::chrono::milliseconds(20);
  Start();
  EXPECT_EQ(Find(key_).error().code, ErrorCode::kUnavailable);
  // On the caller's stack: nothing was asked.
  bool answered = false;
  results_->Find(
      key_, ResultReader::kProcess,
      [&](const Result<StoredResult>& found) { answered = !found.ok(); });
  EXPECT_TRUE(answered);
  *hangs = false;
  hang.set_value();
  // It is over as soon as the one before has come to its end.
  const auto end = std::chrono::steady_clock::now() + kLong;
  while (!Find(key_).ok()) {
    ASSERT_LT(std::chrono::steady_clock::now(), end);
    std::this_thread::yield();
  }
}

TEST_F(SharedResultsTest, TooManyQuestionsAreRefusedAtOnce) {
  std::promise<void> hang;
  const std::shared_future<void> released = hang.get_future().share();
  env_.on_call = [released](int) { released.wait(); };
  Start();
  std::atomic<int> refused{0};
  std::atomic<int> answered{0};
  for (int i = 0; i < 400; ++i) {
    results_->Find(
        key_, ResultReader::kGet, [&](const Result<StoredResult>& found) {
          const bool full = found.error().code == ErrorCode::kUnavailable;
          ++(full ? refused : answered);
        });
  }
  EXPECT_GE(refused, 100);
  hang.set_value();
  results_.reset();  // when all were answered
  EXPECT_EQ(refused + answered, 400);
}

TEST_F(SharedResultsTest, DamageCountsAndIsLikeNoResult) {
  Start();
  ASSERT_TRUE(Keep(key_, "bytes").ok());
  folder_.Write(key_.tenant + "/" + key_.mac, "prewarm-result 1\nrubbish");
  const auto found = Find(key_);
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(watcher_.count("damaged"), 1U);
  EXPECT_EQ(watcher_.count("read"), 0U);
}

TEST_F(SharedResultsTest, AVolumeThatTakesNothingIsCountedAndTheNextOneTried) {
  Start();
  ASSERT_TRUE(Keep(key_, "before").ok());
  env_.FailFrom(0, MakeError(ErrorCode::kResourceExhausted, "full"));
  EXPECT_FALSE(Keep(key_, "x").ok());
  env_.Heal();
  EXPECT_TRUE(Keep(key_, "x").ok());
  EXPECT_EQ(watcher_.count("keep"), 1U);
}

TEST_F(SharedResultsTest, ATenantIsKnownByBothSecrets) {
  Start();
  const auto tags = results_->TagsOf("key:shop");
  ASSERT_EQ(tags.size(), 2U);
  EXPECT_EQ(tags[0], TenantTag("the newer secret", "key:shop"));
  EXPECT_EQ(tags[1], TenantTag("the older secret", "key:shop"));
  EXPECT_TRUE(results_->IsOf({tags[1], ""}, "key:shop"));
  EXPECT_FALSE(results_->IsOf({tags[1], ""}, "key:other"));
  EXPECT_EQ(results_->secret(), "the newer secret");
}

TEST_F(SharedResultsTest, APurgeTakesTheTagsThatItIsGiven) {
  Start();
  const ResultKey other{std::string(16, 'b'), Sha256Hex("one")};
  ASSERT_TRUE(Keep(key_, "x").ok());
  ASSERT_TRUE(Keep(other, "y").ok());
  const auto purge = [&](std::optional<std::vector<std::string>> tags) {
    std::promise<std::size_t> removed;
    results_->Purge(std::move(tags), [&](const Result<std::size_t>& count) {
      removed.set_value(count.ok() ? count.value() : 999);
    });
    return removed.get_future().get();
  };
  EXPECT_EQ(purge(std::vector<std::string>{key_.tenant}), 1U);
  EXPECT_FALSE(Find(key_).ok());
  EXPECT_TRUE(Find(other).ok());
  EXPECT_EQ(purge(std::nullopt), 1U);
  EXPECT_FALSE(Find(other).ok());
}

}  // namespace
}  // namespace prewarm
