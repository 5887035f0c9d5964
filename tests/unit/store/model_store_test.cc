#include "common/store/model_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "common/base/sha256.h"
#include "common/store/manifest.h"
#include "tests/support/temp_dir.h"

namespace prewarm {
namespace {

namespace fs = std::filesystem;

class ModelStoreTest : public testing::Test {
 protected:
  Result<StoredModel> Publish(const std::string& weights,
                              const std::string& imported_at,
                              const std::string& name = "isnet") {
    const auto temp = store_.MakeTempDir();
    EXPECT_TRUE(temp.ok());
    std::ofstream(*temp + "/" + kWeightsFile) << weights;
    std::ofstream(*temp + "/" + kReferenceFile) << "matte";
    Manifest manifest;
    manifest.name = name;
    manifest.architecture = "isnet";
    manifest.digest = Sha256Hex(weights);
    manifest.bytes = weights.size();
    manifest.imported_at = imported_at;
    manifest.reference_sha256 = Sha256Hex("matte");
    return store_.Publish(manifest, *temp);
  }

  static bool IsEmptyFolder(const std::string& path) {
    return fs::directory_iterator(path) == fs::directory_iterator();
  }

  TempDir folder_;
  ModelStore store_{folder_.path()};
};

TEST_F(ModelStoreTest, PublishedModelIsFoundAndVerifies) {
  ASSERT_TRUE(Publish("weights", "2026-01-01T00:00:00Z").ok());
  const auto model = store_.Find("isnet");
  ASSERT_TRUE(model.ok()) << model.error().message;
  EXPECT_EQ(TempDir::Read(model->weights_path), "weights");
  EXPECT_TRUE(store_.Verify(*model).ok());
  EXPECT_TRUE(IsEmptyFolder(folder_.File("tmp")));
}

TEST_F(ModelStoreTest, NewestImportIsTheOneFound) {
  ASSERT_TRUE(Publish("new", "2026-02-01T00:00:00Z").ok());
  ASSERT_TRUE(Publish("old", "2026-01-01T00:00:00Z").ok());
  EXPECT_EQ(TempDir::Read(store_.Find("isnet")->weights_path), "new");
  EXPECT_EQ(store_.List().models.size(), 2U);
}

TEST_F(ModelStoreTest, SameWeightsAgainAreNoErrorAndChangeNothing) {
  ASSERT_TRUE(Publish("weights", "2026-01-01T00:00:00Z").ok());
  ASSERT_TRUE(Publish("weights", "2026-02-01T00:00:00Z").ok());
  ASSERT_EQ(store_.List().models.size(), 1U);
  EXPECT_EQ(store_.Find("isnet")->manifest.imported_at, "2026-01-01T00:00:00Z");
  EXPECT_TRUE(IsEmptyFolder(folder_.File("tmp")));
}

TEST_F(ModelStoreTest, PublishersAtTheSameTimeLeaveOneWholeModel) {
  std::vector<std::thread> threads;
  threads.reserve(8);
  std::atomic<int> published{0};
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      published += Publish("weights", "2026-01-01T00:00:00Z").ok() ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(published, 8);
  ASSERT_EQ(store_.List().models.size(), 1U);
  EXPECT_TRUE(store_.Verify(store_.List().models.front()).ok());
}

TEST_F(ModelStoreTest, FailedPublishLeavesTheOldModelAndNoTrace) {
  ASSERT_TRUE(Publish("weights", "2026-01-01T00:00:00Z").ok());
  Manifest manifest = store_.Find("isnet")->manifest;
  manifest.digest = std::string(64, 'c');
  manifest.imported_at = "2027-01-01T00:00:00Z";
  EXPECT_FALSE(store_.Publish(manifest, folder_.File("no-such-file")).ok());
  EXPECT_EQ(store_.List().models.size(), 1U);
  EXPECT_EQ(TempDir::Read(store_.Find("isnet")->weights_path), "weights");
  EXPECT_TRUE(IsEmptyFolder(folder_.File("tmp")));
}

TEST_F(ModelStoreTest, HalfWrittenImportIsInvisible) {
  folder_.Write("tmp/import-abc/weights.safetensors", "half");
  EXPECT_EQ(store_.Find("isnet").error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(store_.List().models.empty());
}

TEST_F(ModelStoreTest, MissingModelNamesWhatThereIs) {
  ASSERT_TRUE(Publish("a", "2026-01-01T00:00:00Z", "mine").ok());
  const auto found = store_.Find("isnet");
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().code, ErrorCode::kNotFound);
  EXPECT_NE(found.error().message.find("it has: mine"), std::string::npos)
      << found.error().message;
}

TEST_F(ModelStoreTest, NameThatLeavesTheStoreIsRefused) {
  EXPECT_EQ(store_.Find("../isnet").error().code, ErrorCode::kInvalidArgument);
  Manifest manifest;
  manifest.name = "../evil";
  EXPECT_EQ(store_.Publish(manifest, "x").error().code,
            ErrorCode::kInvalidArgument);
}

TEST_F(ModelStoreTest, ChangedByteIsFoundByVerify) {
  const auto model = Publish("weights", "2026-01-01T00:00:00Z");
  ASSERT_TRUE(model.ok());
  std::ofstream(model->weights_path) << "weightz";
  const Status damaged = store_.Verify(*model);
  ASSERT_FALSE(damaged.ok());
  EXPECT_EQ(damaged.error().code, ErrorCode::kCorrupt);
  EXPECT_NE(damaged.error().message.find("sha256"), std::string::npos);
  std::ofstream(model->weights_path) << "short";
  EXPECT_NE(store_.Verify(*model).error().message.find(
                "has 5 bytes, the manifest says 7"),
            std::string::npos);
  fs::remove(model->weights_path);
  EXPECT_FALSE(store_.Verify(*model).ok());
}

TEST_F(ModelStoreTest, ChangedReferenceIsFoundByVerify) {
  const auto model = Publish("weights", "2026-01-01T00:00:00Z");
  ASSERT_TRUE(model.ok());
  std::ofstream(model->reference_path) << "other";
  EXPECT_EQ(store_.Verify(*model).error().code, ErrorCode::kCorrupt);
}

// What a server mapped is checked, not what lies there by the time of the
// check.
TEST_F(ModelStoreTest, WeightsAreCheckedInTheMapThatIsUsed) {
  const auto model = Publish("weights", "2026-01-01T00:00:00Z");
  ASSERT_TRUE(model.ok());
  std::ofstream(model->weights_path) << "rottens";
  const auto mapped = store_.MapWeights(*model);
  ASSERT_TRUE(mapped.ok());
  fs::remove(model->weights_path);
  std::ofstream(model->weights_path) << "weights";
  EXPECT_EQ(CheckWeights(*model, **mapped).error().code, ErrorCode::kCorrupt);
  EXPECT_TRUE(CheckWeights(*model, **store_.MapWeights(*model)).ok());
}

TEST_F(ModelStoreTest, ImportAgainRepairsWhatIsDamaged) {
  for (const char* file : {kWeightsFile, kReferenceFile}) {
    for (const bool missing : {false, true}) {
      const auto model = Publish("weights", "2026-01-01T00:00:00Z");
      ASSERT_TRUE(model.ok());
      const std::string path = model->directory + "/" + file;
      missing ? static_cast<void>(fs::remove(path))
              : static_cast<void>(std::ofstream(path) << "rottens");
      ASSERT_FALSE(store_.Verify(*model).ok());
      const auto again = Publish("weights", "2026-02-01T00:00:00Z");
      ASSERT_TRUE(again.ok()) << again.error().message;
      EXPECT_TRUE(store_.Verify(*again).ok());
    }
  }
}

TEST_F(ModelStoreTest, DamagedImportOfTheSameWeightsIsReplacedAndKeptAside) {
  const auto model = Publish("weights", "2026-01-01T00:00:00Z");
  ASSERT_TRUE(model.ok());
  std::ofstream(model->directory + "/" + kManifestFile) << "nonsense";
  EXPECT_FALSE(store_.Find("isnet").ok());
  ASSERT_TRUE(Publish("weights", "2026-02-01T00:00:00Z").ok());
  const auto found = store_.Find("isnet");
  ASSERT_TRUE(found.ok()) << found.error().message;
  EXPECT_EQ(found->manifest.imported_at, "2026-02-01T00:00:00Z");
  EXPECT_FALSE(IsEmptyFolder(folder_.File("quarantine")));
}

TEST_F(ModelStoreTest, ManifestOfAnOlderFormatSaysToImportAgain) {
  const auto model = Publish("weights", "2026-01-01T00:00:00Z");
  ASSERT_TRUE(model.ok());
  std::string text = TempDir::Read(model->directory + "/" + kManifestFile);
  const auto at = text.find("reference_engine");
  text.erase(at, text.find('\n', at) + 1 - at);
  std::ofstream(model->directory + "/" + kManifestFile) << text;
  EXPECT_NE(store_.Find("isnet").error().message.find("import the model again"),
            std::string::npos);
}

// What an upgrade meets: the weights are the same, their proof is not.
TEST_F(ModelStoreTest, ReferenceOfAnotherCanaryIsReplacedByTheNextImport) {
  const auto model = Publish("weights", "2026-01-01T00:00:00Z");
  ASSERT_TRUE(model.ok());
  const std::string path = model->directory + "/" + kManifestFile;
  std::string text = TempDir::Read(path);
  const std::string present = "canary: " + std::to_string(kCanaryVersion);
  text.replace(text.find(present), present.size(), "canary: 1");
  std::ofstream(path) << text;
  EXPECT_EQ(store_.Find("isnet").error().field, "canary");
  EXPECT_NE(store_.Find("isnet").error().message.find("import the model again"),
            std::string::npos);
  ASSERT_TRUE(Publish("weights", "2026-02-01T00:00:00Z").ok());
  EXPECT_TRUE(store_.Find("isnet").ok());
}

TEST_F(ModelStoreTest, DamagedImportDoesNotHideAGoodOne) {
  ASSERT_TRUE(Publish("good", "2026-01-01T00:00:00Z").ok());
  folder_.Write("models/isnet/" + std::string(64, 'd') + "/manifest.yaml",
                "nonsense");
  const auto found = store_.Find("isnet");
  ASSERT_TRUE(found.ok()) << found.error().message;
  EXPECT_EQ(TempDir::Read(found->weights_path), "good");
  const auto listing = store_.List();
  EXPECT_EQ(listing.models.size(), 1U);
  ASSERT_EQ(listing.damaged.size(), 1U);
  EXPECT_EQ(listing.damaged[0].code, ErrorCode::kCorrupt);
  // Its prepared states are not to be pruned for want of a manifest.
  EXPECT_THAT(listing.digests, testing::Contains(std::string(64, 'd')));
}

TEST_F(ModelStoreTest, DamagedImportAloneIsTheError) {
  folder_.Write("models/isnet/" + std::string(64, 'd') + "/manifest.yaml",
                "nonsense");
  EXPECT_EQ(store_.Find("isnet").error().code, ErrorCode::kCorrupt);
}

TEST_F(ModelStoreTest, ManifestInAnotherFolderIsNotBelieved) {
  const auto model = Publish("weights", "2026-01-01T00:00:00Z");
  ASSERT_TRUE(model.ok());
  const fs::path models = folder_.File("models");
  fs::create_directories(models / "other");
  fs::copy(model->directory, models / "other" / model->manifest.digest);
  EXPECT_EQ(store_.Find("other").error().field, "name");
  fs::copy(model->directory, models / "isnet" / std::string(64, 'e'));
  const auto damaged = store_.List().damaged;
  ASSERT_EQ(damaged.size(), 2U);
  EXPECT_EQ(damaged[0].field, "digest");
}

}  // namespace
}  // namespace prewarm
