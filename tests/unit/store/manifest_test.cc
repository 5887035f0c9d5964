#include "common/store/manifest.h"

#include <gtest/gtest.h>

#include <string>

namespace prewarm {
namespace {

Manifest Example() {
  Manifest manifest;
  manifest.name = "isnet";
  manifest.architecture = "isnet";
  manifest.digest = std::string(64, 'a');
  manifest.bytes = 88061568;
  manifest.source = "a \"quoted\" source\nof two lines: \xe2\x82\xac";
  manifest.source_sha256 = std::string(64, 'b');
  manifest.license = "MIT";
  manifest.notice = "";
  manifest.imported_at = "2026-01-02T03:04:05Z";
  manifest.importer = "prewarm-model 0";
  return manifest;
}

std::string Replaced(const std::string& from, const std::string& to) {
  std::string text = FormatManifest(Example());
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

void ExpectCorrupt(const std::string& text, const std::string& because) {
  const auto manifest = ParseManifest(text, "m.yaml");
  ASSERT_FALSE(manifest.ok()) << because;
  EXPECT_EQ(manifest.error().code, ErrorCode::kCorrupt);
  EXPECT_NE(manifest.error().message.find(because), std::string::npos)
      << manifest.error().message;
}

TEST(Manifest, WhatIsFormattedIsParsedBack) {
  const auto manifest = ParseManifest(FormatManifest(Example()), "m.yaml");
  ASSERT_TRUE(manifest.ok()) << manifest.error().message;
  EXPECT_EQ(manifest->source, Example().source);
  EXPECT_EQ(manifest->bytes, Example().bytes);
  EXPECT_EQ(manifest->digest, Example().digest);
  EXPECT_EQ(manifest->notice, "");
}

TEST(Manifest, CommentsAndEmptyLinesAreRead) {
  EXPECT_TRUE(
      ParseManifest("# note\n\n" + FormatManifest(Example()), "m.yaml").ok());
}

TEST(Manifest, UnknownMissingOrDoubledKeysAreNamedWithTheirLine) {
  ExpectCorrupt(FormatManifest(Example()) + "color: \"red\"\n",
                "m.yaml:14: unknown or repeated key color");
  ExpectCorrupt(FormatManifest(Example()) + "name: \"again\"\n",
                "repeated key name");
  ExpectCorrupt(FormatManifest(Example()) + "bytes: 3\n", "repeated key bytes");
  ExpectCorrupt(Replaced("license: \"MIT\"\n", ""), "license is missing");
  ExpectCorrupt(Replaced("bytes: 88061568\n", ""), "bytes is missing");
}

TEST(Manifest, ValuesOfAnotherKindAreRefused) {
  ExpectCorrupt(Replaced("\"MIT\"", "MIT"), "license must be a quoted string");
  ExpectCorrupt(Replaced("\"MIT\"", "[1]"), "license must be a quoted string");
  ExpectCorrupt(Replaced("88061568", "-1"), "bytes");
  ExpectCorrupt(Replaced("88061568", "\"12\""), "bytes");
  ExpectCorrupt(Replaced("license: ", "license:"), "expected `key: value`");
}

TEST(Manifest, NameThatCouldLeaveTheStoreIsRefused) {
  ExpectCorrupt(Replaced("name: \"isnet\"", "name: \"../isnet\""), "name");
}

TEST(Manifest, LargerThanTheLimitIsRefusedUnread) {
  ExpectCorrupt(std::string(65537, '#'), "64 KiB");
}

TEST(ModelName, IsSafeAsAFolder) {
  for (const char* good : {"isnet", "a", "my-model_2.1", "0"}) {
    EXPECT_TRUE(IsModelName(good)) << good;
  }
  for (const char* bad :
       {"", ".", "..", "-x", "_x", "A", "a/b", "a b", "a\n", "\xc3\xa4"}) {
    EXPECT_FALSE(IsModelName(bad)) << bad;
  }
  EXPECT_TRUE(IsModelName(std::string(64, 'x')));
  EXPECT_FALSE(IsModelName(std::string(65, 'x')));
}

}  // namespace
}  // namespace prewarm
