#include <gtest/gtest.h>

#include <string>

#include "inference-server/importer/import_model.h"
#include "tests/support/temp_dir.h"

namespace prewarm {
namespace {

const std::string kFirst(64, 'a');
const std::string kSecond(64, 'b');

std::string Index(const std::string& chunks, const std::string& size) {
  return "{\"/models/medium\":{\"chunks\":[" + chunks + "],\"size\":" + size +
         "}}";
}

std::string Chunk(const std::string& name) {
  return "{\"hash\":\"" + name + "\"}";
}

class NpmPackageTest : public testing::Test {
 protected:
  void ExpectRefused(const std::string& index, const std::string& because) {
    folder_.Write("dist/resources.json", index);
    const auto model = ReadNpmModel(folder_.path(), "medium");
    ASSERT_FALSE(model.ok()) << because;
    EXPECT_NE(model.error().message.find(because), std::string::npos)
        << model.error().message;
  }

  TempDir folder_;
};

TEST_F(NpmPackageTest, ModelIsItsChunksInOrder) {
  folder_.Write("dist/" + kFirst, "one");
  folder_.Write("dist/" + kSecond, "two");
  folder_.Write("dist/resources.json",
                Index(Chunk(kFirst) + "," + Chunk(kSecond), "6"));
  const auto model = ReadNpmModel(folder_.path(), "medium");
  ASSERT_TRUE(model.ok()) << model.error().message;
  EXPECT_EQ(*model, "onetwo");
}

TEST_F(NpmPackageTest, FolderThatIsNoPackageIsNamed) {
  const auto model = ReadNpmModel(folder_.path(), "medium");
  ASSERT_FALSE(model.ok());
  EXPECT_NE(model.error().message.find("dist/resources.json"),
            std::string::npos);
}

TEST_F(NpmPackageTest, ChunkThatCouldLeaveTheFolderIsRefused) {
  folder_.Write("secret", "secret");
  for (const std::string& name :
       {std::string("../secret"), std::string("/etc/passwd"), std::string(),
        std::string(64, 'A'), std::string(63, 'a'),
        "../" + std::string(61, 'a')}) {
    ExpectRefused(Index(Chunk(name), "6"), "refused");
  }
  ExpectRefused(Index("3", "6"), "refused");
}

TEST_F(NpmPackageTest, SizesMustAgree) {
  folder_.Write("dist/" + kFirst, "one");
  ExpectRefused(Index(Chunk(kFirst), "4"), "has 3 bytes in its chunks");
  ExpectRefused(Index(Chunk(kFirst), "2"), "expected 2");
  ExpectRefused(Index(Chunk(kFirst), "-3"), "no sane size");
  ExpectRefused(Index(Chunk(kFirst), "99999999999999"), "no sane size");
}

TEST_F(NpmPackageTest, MissingChunkIsNamed) {
  ExpectRefused(Index(Chunk(kFirst), "3"), kFirst);
}

TEST_F(NpmPackageTest, IndexWithoutTheModelIsRefused) {
  ExpectRefused("not json", "has no model /models/medium");
  ExpectRefused("[]", "has no model");
  ExpectRefused("{\"/models/medium\":3}", "has no model");
  ExpectRefused("{\"/models/medium\":{\"size\":3}}", "no chunks");
}

}  // namespace
}  // namespace prewarm
