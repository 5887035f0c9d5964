#include "inference-server/results/result_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "common/base/sha256.h"

namespace prewarm {
namespace {

using testing::HasSubstr;

const ResultKey kKey{std::string(16, 'a'), std::string(64, 'b')};

StoredResult Sample() {
  StoredResult result;
  result.type = "image/png";
  result.mode = "fast";
  result.empty_scene = true;
  result.created = 1234567890;
  result.picture = std::string("\x89PNG\n\0check 1\n", 14);
  return result;
}

std::string File(const StoredResult& result) {
  return ResultFileHead(kKey, result) + result.picture;
}

std::string WhyDamaged(const std::string& bytes, const ResultKey& key = kKey) {
  const auto result = ReadResultFile(key, bytes);
  if (result.ok()) return "whole";
  EXPECT_EQ(result.error().code, ErrorCode::kCorrupt);
  return result.error().message;
}

TEST(ResultFile, IsReadAsItWasWritten) {
  for (const bool empty : {false, true}) {
    StoredResult result = Sample();
    result.empty_scene = empty;
    const auto read = ReadResultFile(kKey, File(result));
    ASSERT_TRUE(read.ok()) << read.error().message;
    EXPECT_EQ(read->type, "image/png");
    EXPECT_EQ(read->mode, "fast");
    EXPECT_EQ(read->empty_scene, empty);
    EXPECT_EQ(read->created, 1234567890);
    EXPECT_EQ(read->picture, result.picture);
    EXPECT_EQ(read->digest, Sha256Hex(result.picture));
  }
}

TEST(ResultFile, OfNoPictureIsWholeToo) {
  StoredResult result = Sample();
  result.picture = "";
  EXPECT_EQ(WhyDamaged(File(result)), "whole");
}

TEST(ResultFile, WithAnyBitChangedIsDamaged) {
  const std::string whole = File(Sample());
  ASSERT_EQ(WhyDamaged(whole), "whole");
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 4);
    EXPECT_NE(WhyDamaged(changed), "whole") << "at byte " << at;
  }
}

TEST(ResultFile, CutShortAnywhereIsDamaged) {
  const std::string whole = File(Sample());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_NE(WhyDamaged(whole.substr(0, size)), "whole") << size;
  }
  EXPECT_THAT(WhyDamaged(whole + "x"), HasSubstr("15 bytes of 14"));
}

TEST(ResultFile, UnderAnothersNameIsDamaged) {
  const ResultKey other{kKey.tenant, std::string(64, 'c')};
  EXPECT_THAT(WhyDamaged(File(Sample()), other), HasSubstr("another key"));
}

}  // namespace
}  // namespace prewarm
