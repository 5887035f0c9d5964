#include "warmup-controller/sidecar/staging_worker.h"

#include <gmock/gmock.h>

#include <future>

#include "tests/unit/staging/store_fixture.h"

namespace prewarm {
namespace {

using std::chrono::seconds;

constexpr seconds kDeadline{60};

class StagingWorkerTest : public TwoStores {
 protected:
  StagingWorkerTest()
      : digest_(PutModel(shared_, "isnet")),
        staging_({shared_.path(), local_.path(), {}, 2}, &env_,
                 &Clock::System(), &board_) {}

  const std::string digest_;
  FaultEnv env_;
  StagingBoard board_;
  Staging staging_;
};

TEST_F(StagingWorkerTest, TellsOnceThatItIsStaged) {
  std::promise<void> staged;
  StagingWorker worker(&staging_, &board_, true,
                       [&staged] { staged.set_value(); });
  ASSERT_EQ(staged.get_future().wait_for(kDeadline), std::future_status::ready);
  EXPECT_TRUE(board_.Read().staged);
  EXPECT_TRUE(worker.Stop(kDeadline));
}

TEST_F(StagingWorkerTest, TriesAgainUntilTheVolumeIsThere) {
  env_.FailFrom(0, MakeError(ErrorCode::kInternal, "EIO"), true);
  std::promise<void> staged;
  StagingWorker worker(&staging_, &board_, true,
                       [&staged] { staged.set_value(); });
  ASSERT_EQ(staged.get_future().wait_for(kDeadline), std::future_status::ready);
  EXPECT_TRUE(worker.Stop(kDeadline));
}

TEST_F(StagingWorkerTest, PublishesAtTheEndWhatTheServerHasPrepared) {
  std::promise<void> staged;
  StagingWorker worker(&staging_, &board_, true,
                       [&staged] { staged.set_value(); });
  staged.get_future().wait();
  const std::string key = PutState(local_, digest_);
  EXPECT_TRUE(worker.Stop(kDeadline));
  EXPECT_TRUE(IsWhole(shared_, key));
}

TEST_F(StagingWorkerTest, KeepsItHereWhereItIsNotToPublish) {
  std::promise<void> staged;
  StagingWorker worker(&staging_, &board_, false,
                       [&staged] { staged.set_value(); });
  staged.get_future().wait();
  const std::string key = PutState(local_, digest_);
  EXPECT_TRUE(worker.Stop(kDeadline));
  EXPECT_FALSE(std::filesystem::exists(shared_.File("state/" + key)));
}

TEST_F(StagingWorkerTest, MountThatHangsIsNotWaitedForLongerThanAllowed) {
  std::promise<void> hangs;
  std::promise<void> end;
  const auto ending = end.get_future().share();
  env_.on_call = [&hangs, ending, first = true](int) mutable {
    if (!first) return;
    first = false;
    hangs.set_value();
    ending.wait();
  };
  StagingWorker worker(&staging_, &board_, true, [] {});
  hangs.get_future().wait();
  EXPECT_FALSE(worker.Stop(std::chrono::milliseconds(1)));
  end.set_value();
}

}  // namespace
}  // namespace prewarm
