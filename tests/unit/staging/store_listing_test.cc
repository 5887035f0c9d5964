#include "warmup-controller/staging/store_listing.h"

#include <gmock/gmock.h>

#include "tests/unit/staging/store_fixture.h"

namespace prewarm {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using StoreListingTest = TwoStores;

TEST_F(StoreListingTest, StoreThatIsNotThereIsEmpty) {
  const auto listing = ListStore(shared_.File("none"), Env::System());
  ASSERT_TRUE(listing.ok()) << listing.error().message;
  EXPECT_THAT(listing->models, IsEmpty());
  EXPECT_THAT(listing->states, IsEmpty());
}

TEST_F(StoreListingTest, StatesSayOfWhichWeightsTheyAre) {
  const std::string digest = PutModel(shared_, "isnet");
  const std::string key = PutState(shared_, digest);
  const StoreListing listing = List(shared_);
  ASSERT_THAT(listing.states, SizeIs(1));
  EXPECT_EQ(listing.states[0].key, key);
  EXPECT_EQ(listing.states[0].weights_digest, digest);
  EXPECT_EQ(listing.states[0].checksums.bytes,
            std::filesystem::file_size(StateFile(shared_, key)));
}

TEST_F(StoreListingTest, OnlyTheNewestImportOfANameIsTheNewest) {
  PutModel(shared_, "isnet", "old", "2026-01-01T00:00:00Z");
  const std::string digest =
      PutModel(shared_, "isnet", "new", "2026-02-01T00:00:00Z");
  const StoreListing listing = List(shared_);
  ASSERT_THAT(listing.models, SizeIs(2));
  for (const ListedModel& model : listing.models) {
    EXPECT_EQ(model.newest, model.stored.manifest.digest == digest);
  }
}

TEST_F(StoreListingTest, NothingLargeIsMappedOrReadAsAWhole) {
  const std::string digest = PutModel(shared_, "isnet");
  PutState(shared_, digest);
  FaultEnv env;
  std::size_t most = 0;
  env.on_map = [](const std::string& path) {
    ADD_FAILURE() << path << " was mapped";
  };
  env.on_read = [&most](std::uint64_t, void*, std::size_t size) {
    most = std::max(most, size);
  };
  ASSERT_TRUE(ListStore(shared_.path(), &env).ok());
  EXPECT_LT(most, std::size_t{1} << 20);
}

TEST_F(StoreListingTest, StateThatIsBeingWrittenIsDamagedAndNotAState) {
  const std::string key = PutState(shared_, PutModel(shared_, "isnet"));
  std::filesystem::remove(BlocksFile(shared_, key));
  const StoreListing listing = List(shared_);
  EXPECT_THAT(listing.states, IsEmpty());
  EXPECT_EQ(listing.damaged_states.count(key), 1U);
}

TEST_F(StoreListingTest, StateThatIsCutShortIsNamedWithItsSizes) {
  const std::string key = PutState(shared_, PutModel(shared_, "isnet"));
  std::filesystem::resize_file(StateFile(shared_, key), 1000);
  const StoreListing listing = List(shared_);
  EXPECT_THAT(listing.states, IsEmpty());
  EXPECT_THAT(listing.damaged_states.at(key), HasSubstr("has 1000 bytes, not"));
}

TEST_F(StoreListingTest, HeaderThatClaimsTooMuchIsDamage) {
  const std::string key = PutState(shared_, PutModel(shared_, "isnet"));
  // Its first bytes are the length of what follows.
  std::fstream file(StateFile(shared_, key),
                    std::ios::in | std::ios::out | std::ios::binary);
  file.write("\xff\xff\xff\xff\xff\xff\xff\x7f", 8);
  file.close();
  EXPECT_THAT(List(shared_).damaged_states.at(key),
              HasSubstr("the header claims"));
}

TEST_F(StoreListingTest, WeightsOfAnotherSizeAreNotThere) {
  const std::string digest = PutModel(shared_, "isnet");
  shared_.Write("models/isnet/" + digest + "/" + kWeightsFile, "cut");
  EXPECT_FALSE(List(shared_).models.at(0).has_weights);
}

TEST_F(StoreListingTest, FolderOfAnotherNameIsNoState) {
  shared_.Write("state/notes/file", "x");
  const StoreListing listing = List(shared_);
  EXPECT_THAT(listing.states, IsEmpty());
  EXPECT_THAT(listing.damaged_states, IsEmpty());
}

TEST_F(StoreListingTest, TroubleOfTheVolumeIsAnError) {
  PutState(shared_, PutModel(shared_, "isnet"));
  FaultEnv env;
  env.FailFrom(2, MakeError(ErrorCode::kInternal, "EIO"));
  EXPECT_FALSE(ListStore(shared_.path(), &env).ok());
}

}  // namespace
}  // namespace prewarm
