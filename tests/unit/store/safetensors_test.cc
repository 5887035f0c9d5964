#include "common/store/safetensors.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "tests/support/temp_dir.h"

namespace prewarm {
namespace {

// A file of this header (its length in front) and so many bytes of data.
std::string FileOf(const std::string& header, std::size_t data = 0) {
  std::string file;
  for (int i = 0; i < 8; ++i) {
    file += static_cast<char>(header.size() >> (8 * i) & 255);
  }
  return file + header + std::string(data, 'd');
}

Result<std::shared_ptr<SafetensorsFile>> Parse(const std::string& file) {
  return SafetensorsFile::Parse(
      reinterpret_cast<const std::uint8_t*>(file.data()), file.size());
}

struct Hostile {
  const char* rule;
  std::string file;
  const char* because;
};

class SafetensorsRefusal : public testing::TestWithParam<Hostile> {};

TEST_P(SafetensorsRefusal, IsCorruptAndSaysWhy) {
  const auto parsed = Parse(GetParam().file);
  ASSERT_FALSE(parsed.ok());
  EXPECT_EQ(parsed.error().code, ErrorCode::kCorrupt);
  EXPECT_NE(parsed.error().message.find(GetParam().because), std::string::npos)
      << parsed.error().message;
}

std::string Tensor(const std::string& inside, std::size_t data) {
  return FileOf("{\"t\":{" + inside + "}}", data);
}

INSTANTIATE_TEST_SUITE_P(
    Rules, SafetensorsRefusal,
    testing::Values(
        Hostile{"EmptyFile", "", "shorter than"},
        Hostile{"LengthBeyondTheFile", std::string("\x40\0\0\0\0\0\0\0{}", 10),
                "claims 64 bytes"},
        Hostile{"LengthNearTwoToThe64", std::string(8, '\xff') + "{}",
                "claims"},
        Hostile{"HeaderNotJson", FileOf("{\"t\":"), "not JSON"},
        Hostile{"HeaderAnArray", FileOf("[1]"), "not a JSON object"},
        Hostile{"HeaderDeep",
                FileOf("{\"t\":" + std::string(50, '[') + std::string(50, ']') +
                       "}"),
                "not JSON"},
        Hostile{"NameTwice",
                FileOf("{\"t\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\""
                       ":[0,1]},\"t\":{\"dtype\":\"U8\",\"shape\":[1],"
                       "\"data_offsets\":[0,1]}}",
                       1),
                "twice"},
        Hostile{"TensorNoObject", FileOf("{\"t\":3}"), "not an object"},
        Hostile{"OffsetsMissing", Tensor("\"dtype\":\"U8\",\"shape\":[1]", 1),
                "data_offsets"},
        Hostile{
            "OffsetsNegative",
            Tensor("\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[-1,0]", 1),
            "data_offsets"},
        Hostile{
            "OffsetsBackwards",
            Tensor("\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,0]", 1),
            "outside the file"},
        Hostile{
            "OffsetsBeyondTheFile",
            Tensor("\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]", 1),
            "outside the file"},
        Hostile{
            "UnknownDtype",
            Tensor("\"dtype\":\"F8\",\"shape\":[1],\"data_offsets\":[0,1]", 1),
            "unknown dtype"},
        Hostile{"ShapeMissing",
                Tensor("\"dtype\":\"U8\",\"data_offsets\":[0,1]", 1),
                "dtype or shape"},
        Hostile{
            "ShapeNegative",
            Tensor("\"dtype\":\"U8\",\"shape\":[-1],\"data_offsets\":[0,1]", 1),
            "impossible shape"},
        Hostile{"ShapeOfNineDimensions",
                Tensor("\"dtype\":\"U8\",\"shape\":[1,1,1,1,1,1,1,1,1],"
                       "\"data_offsets\":[0,1]",
                       1),
                "impossible shape"},
        Hostile{"ShapeOverflows",
                Tensor("\"dtype\":\"F32\",\"shape\":[4294967296,4294967296,"
                       "4294967296],\"data_offsets\":[0,1]",
                       1),
                "overflows"},
        Hostile{
            "SizeNotTheShapes",
            Tensor("\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]", 4),
            "its shape needs 8"},
        Hostile{"TensorsOverlap",
                FileOf("{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\""
                       ":[0,2]},\"b\":{\"dtype\":\"U8\",\"shape\":[2],"
                       "\"data_offsets\":[1,3]}}",
                       3),
                "overlap"},
        Hostile{"HoleBetweenTensors",
                FileOf("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\""
                       ":[0,1]},\"b\":{\"dtype\":\"U8\",\"shape\":[1],"
                       "\"data_offsets\":[2,3]}}",
                       3),
                "hole"},
        Hostile{"BytesBehindTheLastTensor", FileOf("{}", 1), "bytes follow"},
        Hostile{"MetadataNoText", FileOf("{\"__metadata__\":{\"a\":1}}"),
                "metadata"}),
    [](const auto& info) { return std::string(info.param.rule); });

TEST(Safetensors, WhatIsWrittenIsReadBackAligned) {
  const TempDir folder;
  const std::vector<float> values = {1.5F, -2.0F, 3.25F};
  const std::vector<std::uint8_t> bytes = {9, 8, 7};
  TensorView floats;
  floats.shape = {3, 1};
  floats.data = reinterpret_cast<const std::uint8_t*>(values.data());
  floats.bytes = values.size() * 4;
  TensorView raw;
  raw.dtype = DType::kU8;
  raw.shape = {3};
  raw.data = bytes.data();
  raw.bytes = bytes.size();
  TensorView none;
  none.dtype = DType::kF16;
  none.shape = {0};
  const std::string path = folder.File("w.safetensors");
  ASSERT_TRUE(WriteSafetensors(path, {{"b", floats}, {"a", raw}, {"z", none}},
                               {{"format", "pt"}})
                  .ok());
  const std::string text = TempDir::Read(path);
  const auto file = Parse(text);
  ASSERT_TRUE(file.ok()) << file.error().message;
  EXPECT_EQ((*file)->metadata().at("format"), "pt");
  const TensorView& read = (*file)->tensors().at("b");
  EXPECT_EQ(read.shape, (std::vector<std::int64_t>{3, 1}));
  std::vector<float> copy(3);
  ASSERT_EQ(read.bytes, 12U);
  std::memcpy(copy.data(), read.data, 12);
  EXPECT_EQ(copy, values);
  for (const char* name : {"a", "b"}) {
    const auto at = (*file)->tensors().at(name).data -
                    reinterpret_cast<const std::uint8_t*>(text.data());
    EXPECT_EQ(at % 64, 0) << name;
  }
  EXPECT_EQ((*file)->tensors().at("z").bytes, 0U);
}

TEST(Safetensors, ExistingFileIsNeverOverwritten) {
  const TempDir folder;
  const std::string path = folder.Write("w.safetensors", "precious");
  EXPECT_FALSE(WriteSafetensors(path, {}, {}).ok());
  EXPECT_EQ(TempDir::Read(path), "precious");
}

TEST(Safetensors, SideBeyondSignedNumbersIsRefused) {
  const auto parsed =
      Parse(FileOf(R"({"a":{"dtype":"U8","shape":[0,18446744073709551615],)"
                   R"("data_offsets":[0,0]}})"));
  ASSERT_FALSE(parsed.ok());
  EXPECT_EQ(parsed.error().code, ErrorCode::kCorrupt);
}

TEST(Safetensors, EveryTruncationIsRefused) {
  const std::string whole = FileOf(
      "{\"t\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8);
  ASSERT_TRUE(Parse(whole).ok());
  for (std::size_t n = 0; n < whole.size(); ++n) {
    EXPECT_FALSE(Parse(whole.substr(0, n)).ok()) << n;
  }
}

}  // namespace
}  // namespace prewarm
