#include "inference-server/importer/zip_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace prewarm {
namespace {

using ::testing::HasSubstr;

std::string Little(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) {
    text += static_cast<char>(value >> (8 * i) & 255);
  }
  return text;
}

struct Options {
  int flags = 0;
  int method = 0;
  bool zip64 = false;     // sizes and offset in the extra field
  std::uint64_t lie = 0;  // added to the offset in the directory
};

std::string Join(std::initializer_list<std::string> parts) {
  std::string joined;
  for (const std::string& part : parts) joined += part;
  return joined;
}

constexpr std::uint64_t kMask = 0xffffffff;

// The sizes and the offset as the extra field 1, behind another one.
std::string Extra64(std::uint64_t size, std::uint64_t offset) {
  return Join({Little(9, 2), Little(1, 2), "x", Little(1, 2), Little(24, 2),
               Little(size, 8), Little(size, 8), Little(offset, 8)});
}

std::string End64(std::uint64_t records, std::uint64_t bytes, std::uint64_t at,
                  std::uint64_t end) {
  return Join({Little(0x06064b50, 4), Little(44, 8), Little(45, 2),
               Little(45, 2), Little(0, 8), Little(records, 8),
               Little(records, 8), Little(bytes, 8), Little(at, 8),
               Little(0x07064b50, 4), Little(0, 4), Little(end, 8),
               Little(1, 4)});
}

std::string Zip(const std::vector<std::pair<std::string, std::string>>& files,
                const Options& options = {}) {
  std::string archive;
  std::string directory;
  for (const auto& [name, data] : files) {
    const std::uint64_t offset = archive.size() + options.lie;
    const auto crc =
        crc32_z(0, reinterpret_cast<const Bytef*>(data.data()), data.size());
    const std::string common =
        Join({Little(20, 2), Little(options.flags, 2),
              Little(options.method, 2), Little(0, 4), Little(crc, 4)});
    archive += Join({Little(0x04034b50, 4), common, Little(data.size(), 4),
                     Little(data.size(), 4), Little(name.size(), 2),
                     Little(3, 2), name, "pad", data});
    const std::string extra = options.zip64 ? Extra64(data.size(), offset) : "";
    const std::uint64_t size = options.zip64 ? kMask : data.size();
    directory +=
        Join({Little(0x02014b50, 4), Little(20, 2), common, Little(size, 4),
              Little(size, 4), Little(name.size(), 2), Little(extra.size(), 2),
              Little(0, 2), Little(0, 2), Little(0, 2), Little(0, 4),
              Little(options.zip64 ? kMask : offset, 4), name, extra});
  }
  const std::uint64_t at = archive.size();
  archive += directory;
  std::uint64_t records = files.size();
  std::uint64_t bytes = directory.size();
  std::uint64_t start = at;
  if (options.zip64) {
    archive += End64(records, bytes, at, archive.size());
    records = 0xffff;
    bytes = start = kMask;
  }
  return archive + Join({Little(0x06054b50, 4), Little(0, 4),
                         Little(records, 2), Little(records, 2),
                         Little(bytes, 4), Little(start, 4), Little(0, 2)});
}

void ExpectRefused(const std::string& archive, const std::string& because) {
  const auto records = ReadZip(archive);
  ASSERT_FALSE(records.ok()) << because;
  EXPECT_THAT(records.error().message, HasSubstr(because));
}

TEST(Zip, RecordsAreFoundByTheirNames) {
  for (const bool zip64 : {false, true}) {
    Options options;
    options.zip64 = zip64;
    const std::string archive = Zip({{"a/b", "one"}, {"a/c", ""}}, options);
    const auto records = ReadZip(archive);
    ASSERT_TRUE(records.ok()) << records.error().message;
    EXPECT_EQ(records->size(), 2U);
    EXPECT_EQ(records->at("a/b").data, "one");
    EXPECT_EQ(records->at("a/c").data, "");
    EXPECT_TRUE(CheckCrc("a/b", records->at("a/b")).ok());
  }
}

TEST(Zip, CommentAtTheEndDoesNotHideTheDirectory) {
  std::string archive = Zip({{"a", "1"}});
  archive[archive.size() - 2] = 3;
  EXPECT_TRUE(ReadZip(archive + "abc").ok());
  EXPECT_FALSE(ReadZip(archive + "ab").ok());
}

TEST(Zip, OtherBytesThanWereStoredAreFound) {
  std::string archive = Zip({{"a", "1234"}});
  archive[archive.find("1234")] = 'x';
  const auto records = ReadZip(archive);
  ASSERT_TRUE(records.ok());
  const Status checked = CheckCrc("a", records->at("a"));
  ASSERT_FALSE(checked.ok());
  EXPECT_EQ(checked.error().code, ErrorCode::kCorrupt);
  EXPECT_THAT(checked.error().message, HasSubstr("\"a\""));
}

TEST(Zip, CompressedAndEncryptedRecordsAreNamed) {
  Options options;
  options.method = 8;
  ExpectRefused(Zip({{"deflated", "x"}}, options),
                "\"deflated\" is compressed");
  options = {};
  options.flags = 1;
  ExpectRefused(Zip({{"secret", "x"}}, options), "\"secret\" is encrypted");
}

TEST(Zip, DoubledNamesAreRefused) {
  ExpectRefused(Zip({{"a", "1"}, {"a", "2"}}), "two records \"a\"");
}

TEST(Zip, RecordsElsewhereThanTheDirectorySaysAreRefused) {
  for (const std::uint64_t lie :
       {std::uint64_t{1}, std::uint64_t{1} << 20, ~std::uint64_t{0} >> 1}) {
    Options options;
    options.zip64 = true;
    options.lie = lie;
    ExpectRefused(Zip({{"a", "1"}}, options), "no record \"a\" where");
  }
}

TEST(Zip, DirectoryBeyondTheEndIsRefused) {
  std::string archive = Zip({{"a", "1"}});
  archive[archive.size() - 3] = 1;  // its offset, 16 MiB on
  ExpectRefused(archive, "beyond its end");
}

TEST(Zip, NothingAndNonsenseAreNoArchive) {
  ExpectRefused("", "no zip file");
  ExpectRefused(std::string(100000, 'x'), "no zip file");
}

}  // namespace
}  // namespace prewarm
