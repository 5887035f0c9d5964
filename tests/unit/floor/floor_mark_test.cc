#include "warmup-controller/floor/floor_mark.h"

#include <gtest/gtest.h>

namespace prewarm {
namespace {

TEST(FloorMark, WhatIsWrittenIsRead) {
  const FloorMark mark{1, 3, 4, true, {"shop/hours", "shop/night"}};
  const auto read = ReadMark(MarkText(mark));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(*read, mark);
}

TEST(FloorMark, WhatSomebodyElseWroteIsNone) {
  for (const char* text :
       {"", "3", "{}", "{\"baseline\":1,\"floor\":3}",
        "{\"baseline\":-1,\"floor\":3,\"wanted\":3}",
        "{\"baseline\":1,\"floor\":\"3\",\"wanted\":3}",
        "{\"baseline\":1,\"floor\":3,\"wanted\":3,\"policies\":[1]}",
        "{\"baseline\":1,\"floor\":3,\"wanted\":99999999999}"}) {
    const auto read = ReadMark(text);
    ASSERT_FALSE(read.ok()) << text;
    EXPECT_EQ(read.error().field, "prewarm.dev/floor");
  }
}

TEST(FloorMark, NamesOfAnyNumberAreReadAndOnlySoManyWritten) {
  std::vector<std::string> many;
  for (int i = 1000; i < 1150; ++i) many.push_back("shop/" + std::to_string(i));
  const auto read = ReadMark(MarkText({1, 3, 3, false, many}));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->policies, many);
  EXPECT_EQ(NamesInMark(many).size(), 100U);
  EXPECT_EQ(NamesInMark({"shop/a"}), std::vector<std::string>{"shop/a"});
}

}  // namespace
}  // namespace prewarm
