#include "warmup-controller/sidecar/staging.h"

#include <gmock/gmock.h>

#include "tests/unit/staging/store_fixture.h"

namespace prewarm {
namespace {

using ::testing::HasSubstr;

class StagingTest : public TwoStores {
 protected:
  Staging Make(Env* env = Env::System(), StageWish wish = {}) {
    return Staging({shared_.path(), local_.path(), std::move(wish), 4}, env,
                   &Clock::System(), &board_);
  }

  StagingBoard board_;
};

TEST_F(StagingTest, IsNotStagedBeforeAllThatAStartReadsIsThere) {
  const std::string key = PutState(shared_, PutModel(shared_, "isnet"));
  Staging staging = Make();
  EXPECT_TRUE(board_.Read().wanted);
  EXPECT_FALSE(board_.Read().staged);
  ASSERT_TRUE(staging.Stage().ok());
  EXPECT_TRUE(board_.Read().staged);
  EXPECT_EQ(board_.Read().bytes, board_.Read().total);
  EXPECT_TRUE(IsWhole(local_, key));
  EXPECT_FALSE(List(local_).models.at(0).has_weights);
  ASSERT_TRUE(staging.StageLater().ok());
  EXPECT_TRUE(List(local_).models.at(0).has_weights);
}

// Its checksums can only be compared by reading all of it.
TEST_F(StagingTest, StateThatTurnsOutDamagedIsLeftOutAndTheWeightsComeInstead) {
  const std::string key = PutState(shared_, PutModel(shared_, "isnet"));
  FlipByte(StateFile(shared_, key), (std::size_t{2} << 20) + 9);
  Staging staging = Make();
  ASSERT_TRUE(staging.Stage().ok());
  EXPECT_TRUE(board_.Read().staged);
  EXPECT_THAT(board_.Read().left_out, HasSubstr("block 2 of 1 MiB differs"));
  EXPECT_TRUE(List(local_).models.at(0).has_weights);
  EXPECT_TRUE(List(local_).states.empty());
}

TEST_F(StagingTest, OneDamagedStateIsNoReasonToLeaveOutAnother) {
  const std::string digest = PutModel(shared_, "isnet");
  const std::string bad = PutState(shared_, digest, "fp32");
  const std::string good = PutState(shared_, digest, "bf16");
  FlipByte(StateFile(shared_, bad), (std::size_t{1} << 20) + 9);
  Staging staging = Make();
  ASSERT_TRUE(staging.Stage().ok());
  EXPECT_TRUE(IsWhole(local_, good));
  EXPECT_EQ(List(local_).states.size(), 1U);
}

TEST_F(StagingTest, GoodStateOfThisServerReplacesTheDamagedOne) {
  const std::string digest = PutModel(shared_, "isnet");
  const std::string key = PutState(shared_, digest);
  FlipByte(StateFile(shared_, key), (std::size_t{1} << 20) + 9);
  Staging staging = Make();
  ASSERT_TRUE(staging.Stage().ok());
  PutState(local_, digest);  // what the server would do
  ASSERT_TRUE(staging.Publish().ok());
  EXPECT_TRUE(IsWhole(shared_, key));
  EXPECT_EQ(board_.Read().published_states, 1);
}

TEST_F(StagingTest, VolumeThatIsNotMountedIsNamed) {
  Staging staging({shared_.File("none"), local_.path(), {}, 4}, Env::System(),
                  &Clock::System(), &board_);
  const Status staged = staging.Stage();
  ASSERT_FALSE(staged.ok());
  EXPECT_THAT(staged.error().message, HasSubstr("is its volume mounted?"));
  EXPECT_EQ(board_.Read().failures, 1);
  EXPECT_FALSE(board_.Read().staged);
}

TEST_F(StagingTest, WhatFailedOnceIsTriedAgainAndNeverCountedTwice) {
  PutState(shared_, PutModel(shared_, "isnet"));
  FaultEnv env;
  Staging staging = Make(&env);
  env.FailFrom(20, MakeError(ErrorCode::kResourceExhausted, "no space left"));
  ASSERT_FALSE(staging.Stage().ok());
  EXPECT_THAT(board_.Read().error, HasSubstr("no space left"));
  env.Heal();
  ASSERT_TRUE(staging.Stage().ok());
  EXPECT_EQ(board_.Read().failures, 0);
  EXPECT_EQ(board_.Read().error, "");
  EXPECT_EQ(board_.Read().bytes, board_.Read().total);
}

TEST_F(StagingTest, WhatAKilledSidecarLeftIsRemoved) {
  PutModel(shared_, "isnet");
  local_.Write("tmp/stage-abc/0/state.safetensors", "half");
  local_.Write("tmp/state-of-the-server/x", "its own");
  Staging staging = Make();
  ASSERT_TRUE(staging.Stage().ok());
  EXPECT_EQ(CountIn(local_.File("tmp")), 1U);
}

TEST_F(StagingTest, CancelledStagingEnds) {
  PutState(shared_, PutModel(shared_, "isnet"));
  Staging staging = Make();
  board_.Cancel();
  EXPECT_EQ(staging.Stage().error().code, ErrorCode::kCancelled);
}

TEST_F(StagingTest, WeightsThatAreDamagedAreNeverStaged) {
  const std::string digest = PutModel(shared_, "isnet", "weights");
  shared_.Write("models/isnet/" + digest + "/" + kWeightsFile, "wEights");
  Staging staging = Make();
  const Status staged = staging.Stage();
  ASSERT_FALSE(staged.ok());
  EXPECT_THAT(staged.error().message, HasSubstr("import the model again"));
  EXPECT_TRUE(List(local_).models.empty());
}

}  // namespace
}  // namespace prewarm
