#include "common/base/json_reader.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace prewarm {
namespace {

using nlohmann::json;

TEST(JsonReader, ValuesWithinTheirBoundsAreRead) {
  const json tree = {{"count", 7},    {"hours", 2.5}, {"on", true},
                     {"name", "abc"}, {"list", {1}},  {"object", {{"a", 1}}}};
  JsonReader reader;
  EXPECT_EQ(reader.Whole(tree, "count", 7, 7), 7);
  EXPECT_EQ(reader.Number(tree, "hours", 2.5), 2.5);
  EXPECT_TRUE(reader.Flag(tree, "on"));
  EXPECT_EQ(reader.Text(tree, "name", 3), "abc");
  EXPECT_EQ(reader.List(tree, "list", 1).size(), 1U);
  EXPECT_EQ(reader.Object(tree, "object").size(), 1U);
  EXPECT_EQ(reader.wrong(), "");
}

TEST(JsonReader, ListOrObjectThatIsNotThereIsEmpty) {
  JsonReader reader;
  EXPECT_TRUE(reader.List(json::object(), "list").empty());
  EXPECT_TRUE(reader.Object(json(), "object").empty());
  EXPECT_EQ(reader.wrong(), "");
}

TEST(JsonReader, FirstWrongValueIsNamed) {
  const json tree = {{"count", 8}, {"name", "abcd"}};
  JsonReader reader;
  EXPECT_EQ(reader.Whole(tree, "count", 1, 7), 1);
  EXPECT_EQ(reader.Text(tree, "name", 3), "");
  EXPECT_EQ(reader.wrong(), "count is 8");
}

TEST(JsonReader, ValueThatIsMissingIsWrong) {
  JsonReader reader;
  EXPECT_FALSE(reader.Flag(json::object(), "on"));
  EXPECT_EQ(reader.wrong(), "on is null");
}

TEST(JsonReader, UnsignedAboveTheGreatestSignedIsNotNegative) {
  JsonReader reader;
  (void)reader.WholeOf(json(UINT64_MAX), "count", INT64_MIN, INT64_MAX);
  EXPECT_EQ(reader.wrong(), "count is 18446744073709551615");
}

TEST(JsonReader, LongAndBrokenValuesAreCut) {
  JsonReader reader;
  (void)reader.NumberOf(json(std::string(1000, '\xff')), "hours", 1);
  EXPECT_LT(reader.wrong().size(), 100U);
}

TEST(JsonReader, MoreMembersThanMayBeAreWrong) {
  JsonReader reader;
  EXPECT_TRUE(reader.List({{"list", {1, 2}}}, "list", 1).empty());
  EXPECT_EQ(reader.wrong(), "list is [1,2]");
}

}  // namespace
}  // namespace prewarm
