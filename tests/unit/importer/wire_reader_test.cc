#include "inference-server/importer/wire_reader.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/importer/wire.h"

namespace prewarm {
namespace {

TEST(WireReader, FieldsComeInOrder) {
  const std::string message = wire::Number(3, 300) + wire::Bytes(4, "abc") +
                              std::string("\x2d\1\2\3\4", 5) +
                              std::string("\x31\1\2\3\4\5\6\7\10", 9);
  WireReader reader(message);
  auto field = reader.Next();
  ASSERT_TRUE(field.ok());
  EXPECT_EQ(field->number, 3U);
  EXPECT_EQ(field->varint, 300U);
  field = reader.Next();
  ASSERT_TRUE(field.ok());
  EXPECT_EQ(field->number, 4U);
  EXPECT_EQ(field->bytes, "abc");
  field = reader.Next();
  ASSERT_TRUE(field.ok());
  EXPECT_EQ(field->type, 5U);
  EXPECT_EQ(field->bytes.size(), 4U);
  field = reader.Next();
  ASSERT_TRUE(field.ok());
  EXPECT_EQ(field->type, 1U);
  EXPECT_EQ(field->bytes.size(), 8U);
  EXPECT_TRUE(reader.done());
}

TEST(WireReader, LargestVarintIsRead) {
  const std::string bytes = wire::Varint(~std::uint64_t{0});
  WireReader reader(bytes);
  EXPECT_EQ(*reader.Varint(), ~std::uint64_t{0});
}

TEST(WireReader, DamageIsCorrupt) {
  for (const std::string& message :
       {std::string("\x80"),             // a varint that does not end
        std::string(11, '\xff'),         // one longer than 64 bits
        std::string("\x0b", 1),          // a group
        std::string("\x02\x01\x61", 3),  // field number 0
        std::string("\x22\x05"
                    "ab",
                    4),  // more bytes than there are
        std::string("\x22", 1) + wire::Varint(~std::uint64_t{0}),
        std::string("\x2d\1\2", 3),  // half a 32-bit value
        wire::Varint(std::uint64_t{1} << 40)}) {
    WireReader reader(message);
    const auto field = reader.Next();
    ASSERT_FALSE(field.ok()) << testing::PrintToString(message);
    EXPECT_EQ(field.error().code, ErrorCode::kCorrupt);
  }
}

}  // namespace
}  // namespace prewarm
