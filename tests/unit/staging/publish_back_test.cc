#include "warmup-controller/staging/publish_back.h"

#include <gmock/gmock.h>

#include "tests/unit/staging/store_fixture.h"

namespace prewarm {
namespace {

class PublishBackTest : public TwoStores {
 protected:
  PublishBackTest() : digest_(PutModel(shared_, "isnet")) {
    PutModel(local_, "isnet");
    known_ = List(shared_);
  }
  Result<Published> Publish(Env* env = Env::System()) {
    return PublishBack({local_.path(), shared_.path(), env}, {}, &known_,
                       &progress_);
  }

  const std::string digest_;
  StoreListing known_;
};

TEST_F(PublishBackTest, NextStartFindsWhatThisServerPrepared) {
  const std::string key = PutState(local_, digest_);
  const auto published = Publish();
  ASSERT_TRUE(published.ok()) << published.error().message;
  EXPECT_EQ(published->states, 1);
  EXPECT_TRUE(IsWhole(shared_, key));
  EXPECT_EQ(CountIn(shared_.File("tmp")), 0U);
}

TEST_F(PublishBackTest, SecondTimeThereIsNothingToDo) {
  PutState(local_, digest_);
  ASSERT_TRUE(Publish().ok());
  EXPECT_EQ(Publish()->states, 0);
}

TEST_F(PublishBackTest, BucketGetsItFileByFileWithTheChecksumsLast) {
  const std::string key = PutState(local_, digest_);
  FaultEnv env;
  env.renames_by_copy = true;
  env.on_make_temp = [](const std::string& prefix) {
    EXPECT_EQ(prefix, "history-") << "nothing else is renamed there";
  };
  ASSERT_TRUE(Publish(&env).ok());
  EXPECT_TRUE(IsWhole(shared_, key));
}

TEST_F(PublishBackTest, DamagedStateGivesWayToAGoodOne) {
  const std::string key = PutState(shared_, digest_);
  PutState(local_, digest_);
  FlipByte(StateFile(shared_, key), (std::size_t{2} << 20) + 9);
  known_ = List(shared_);
  // What copying it has found out.
  known_.states.clear();
  known_.damaged_states[key] = "block 2 differs";
  const auto published = Publish();
  ASSERT_TRUE(published.ok()) << published.error().message;
  EXPECT_TRUE(IsWhole(shared_, key));
  EXPECT_EQ(CountIn(shared_.File("quarantine")), 1U);
}

TEST_F(PublishBackTest, LocalStateThatIsDamagedIsNotPassedOn) {
  const std::string key = PutState(local_, digest_);
  FlipByte(StateFile(local_, key), (std::size_t{2} << 20) + 9);
  EXPECT_EQ(Publish().error().code, ErrorCode::kCorrupt);
  EXPECT_FALSE(std::filesystem::exists(shared_.File("state/" + key)));
  EXPECT_EQ(CountIn(shared_.File("tmp")), 0U);
}

TEST_F(PublishBackTest, ReadOnlyStoreIsSaidToBeOne) {
  PutState(local_, digest_);
  FaultEnv counting;
  ASSERT_TRUE(ListStore(local_.path(), &counting).ok());
  FaultEnv env;
  env.FailFrom(counting.calls(), MakeError(ErrorCode::kForbidden, "read-only"));
  EXPECT_EQ(Publish(&env).error().code, ErrorCode::kForbidden);
}

TEST_F(PublishBackTest, HistoriesAreJoined) {
  shared_.Write("history/isnet-1", "{\"a\":1}\n{\"b\":2}\n");
  local_.Write("history/isnet-1", "{\"a\":1}\n{\"c\":3}\n{\"d\":4}\n");
  local_.Write("history/isnet-2", "{\"e\":5}\n");
  known_ = List(shared_);
  ASSERT_EQ(Publish()->history_files, 2);
  EXPECT_EQ(TempDir::Read(shared_.File("history/isnet-1")),
            "{\"a\":1}\n{\"b\":2}\n{\"c\":3}\n{\"d\":4}\n");
  EXPECT_EQ(TempDir::Read(shared_.File("history/isnet-2")), "{\"e\":5}\n");
  EXPECT_EQ(Publish()->history_files, 0);
}

TEST(JoinHistoryTest, LinesThatAreNotWholeAreLeftOut) {
  EXPECT_EQ(JoinHistory("a\nb", "c\nd"), "a\nc\n");
}

TEST(JoinHistoryTest, OnlyTheLastAreKept) {
  EXPECT_EQ(JoinHistory("a\nb\n", "c\nd\n", 3), "b\nc\nd\n");
}

TEST(JoinHistoryTest, LineThatBothHaveIsThereOnce) {
  EXPECT_EQ(JoinHistory("a\nb\n", "b\na\n"), "a\nb\n");
}

}  // namespace
}  // namespace prewarm
