#include "common/base/sha256.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/temp_dir.h"

namespace prewarm {
namespace {

// FIPS 180-4's own examples.
constexpr const char* kEmpty =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr const char* kAbc =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr const char* kMillionA =
    "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";

TEST(Sha256, KnownAnswers) {
  EXPECT_EQ(Sha256Hex(""), kEmpty);
  EXPECT_EQ(Sha256Hex("abc"), kAbc);
  EXPECT_EQ(Sha256Hex(std::string(1000000, 'a')), kMillionA);
}

TEST(Sha256, FileOfManyPiecesIsReadWhole) {
  const TempDir folder;
  const auto digest =
      Sha256File(folder.Write("letters", std::string(1000000, 'a')));
  ASSERT_TRUE(digest.ok()) << digest.error().message;
  EXPECT_EQ(*digest, kMillionA);
}

TEST(Sha256, MissingFileIsNamed) {
  const auto digest = Sha256File("/nowhere/weights");
  ASSERT_FALSE(digest.ok());
  EXPECT_EQ(digest.error().code, ErrorCode::kNotFound);
  EXPECT_NE(digest.error().message.find("/nowhere/weights"), std::string::npos);
}

TEST(Md5, IsThatOfTheRfc) {
  EXPECT_EQ(Md5Hex("abc"), "900150983cd24fb0d6963f7d28e17f72");
}

TEST(Sha256, FolderIsNoFile) { EXPECT_FALSE(Sha256File("/tmp").ok()); }

}  // namespace
}  // namespace prewarm
