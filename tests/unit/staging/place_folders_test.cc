#include "warmup-controller/staging/place_folders.h"

#include <gmock/gmock.h>

#include "tests/unit/staging/store_fixture.h"

namespace prewarm {
namespace {

class PlaceFoldersTest : public TwoStores {
 protected:
  PlaceFoldersTest()
      : digest_(PutModel(shared_, "isnet")), key_(PutState(shared_, digest_)) {}

  std::vector<FolderCopy> Needed() const {
    const auto plan = PlanStaging(List(shared_), List(local_), {});
    EXPECT_TRUE(plan.ok()) << plan.error().message;
    return plan.ok() ? plan->needed : std::vector<FolderCopy>();
  }
  Status Place(Env* env, const std::vector<FolderCopy>& copies) {
    return PlaceFolders({shared_.path(), local_.path(), env}, copies, "stage-",
                        {}, &progress_);
  }

  const std::string digest_;
  const std::string key_;
};

TEST_F(PlaceFoldersTest, ServerFindsWhatWasStaged) {
  ASSERT_TRUE(Place(Env::System(), Needed()).ok());
  EXPECT_TRUE(ModelStore(local_.path()).Find("isnet").ok());
  EXPECT_TRUE(IsWhole(local_, key_));
  EXPECT_EQ(CountIn(local_.File("tmp")), 0U);
}

TEST_F(PlaceFoldersTest, WeightsThatFollowArriveInTheirFolder) {
  const auto plan = PlanStaging(List(shared_), List(local_), {});
  ASSERT_TRUE(Place(Env::System(), plan->needed).ok());
  ASSERT_TRUE(Place(Env::System(), plan->later).ok());
  const ModelStore store(local_.path());
  const auto model = store.Find("isnet");
  ASSERT_TRUE(model.ok());
  EXPECT_TRUE(store.MapWeights(*model).ok());
}

// Wherever it ends: a reader finds whole things or none, and the next attempt
// comes to the end.
TEST_F(PlaceFoldersTest, NothingHalfCopiedIsEverSeen) {
  FaultEnv counting;
  const auto copies = Needed();
  {
    TempDir other;
    ASSERT_TRUE(PlaceFolders({shared_.path(), other.path(), &counting}, copies,
                             "stage-", {}, &progress_)
                    .ok());
  }
  for (int n = 0; n < counting.calls(); ++n) {
    TempDir store;
    FaultEnv env;
    env.FailFrom(n, MakeError(ErrorCode::kInternal, "EIO"));
    EXPECT_FALSE(PlaceFolders({shared_.path(), store.path(), &env}, copies,
                              "stage-", {}, &progress_)
                     .ok());
    const StoreListing seen = List(store);
    EXPECT_TRUE(seen.damaged_states.empty()) << "call " << n;
    EXPECT_TRUE(seen.damaged_models.empty()) << "call " << n;
    for (const ListedState& state : seen.states) {
      EXPECT_TRUE(IsWhole(store, state.key)) << "call " << n;
    }
    const auto again = PlanStaging(List(shared_), seen, {});
    ASSERT_TRUE(again.ok());
    EXPECT_TRUE(PlaceFolders({shared_.path(), store.path(), Env::System()},
                             again->needed, "stage-", {}, &progress_)
                    .ok());
    EXPECT_TRUE(IsWhole(store, key_));
  }
}

TEST_F(PlaceFoldersTest, WhoeverWasFirstStays) {
  const auto copies = Needed();
  ASSERT_TRUE(Place(Env::System(), copies).ok());
  const auto before = Env::System()->Identify(local_.File("state/" + key_));
  ASSERT_TRUE(Place(Env::System(), copies).ok());
  const auto after = Env::System()->Identify(local_.File("state/" + key_));
  EXPECT_EQ(before->inode, after->inode);
}

TEST_F(PlaceFoldersTest, InPlaceTheLastFileIsTheProofOfTheOthers) {
  const std::vector<FolderCopy> copies = {Needed().front()};
  ASSERT_EQ(copies[0].folder, "state/" + key_);
  FaultEnv counting;
  {
    TempDir other;
    ASSERT_TRUE(WriteInPlace({shared_.path(), other.path(), &counting}, copies,
                             {}, &progress_)
                    .ok());
    EXPECT_TRUE(IsWhole(other, key_));
  }
  for (int n = 0; n < counting.calls(); ++n) {
    TempDir store;
    FaultEnv env;
    env.FailFrom(n, MakeError(ErrorCode::kInternal, "EIO"));
    EXPECT_FALSE(WriteInPlace({shared_.path(), store.path(), &env}, copies, {},
                              &progress_)
                     .ok());
    for (const ListedState& state : List(store).states) {
      EXPECT_TRUE(IsWhole(store, state.key)) << "call " << n;
    }
  }
}

TEST_F(PlaceFoldersTest, InPlaceReplacesWhatIsDamaged) {
  local_.Write("state/" + key_ + "/" + kStateFile, "damaged");
  local_.Write("state/" + key_ + "/" + kBlocksFile, "damaged");
  ASSERT_TRUE(WriteInPlace({shared_.path(), local_.path(), Env::System()},
                           {Needed().front()}, {}, &progress_)
                  .ok());
  EXPECT_TRUE(IsWhole(local_, key_));
}

}  // namespace
}  // namespace prewarm
